/**
 * Work that is done a piece at a time, each of about a millisecond at most: it yields between the
 * pieces. Ended early (`return`), it still zeroes what it holds.
 */
export type Task<T> = Generator<void, T, void>;
