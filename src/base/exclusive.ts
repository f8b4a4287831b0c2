/** Runs one piece of work at a time, in the order in which they came. */
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

export function createExclusive(): Exclusive {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = tail.then(work, work);
    // A failure belongs to its caller alone; the next in line starts all the same.
    tail = result.catch(() => undefined);
    return result;
  };
}
