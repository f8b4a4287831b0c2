/** A property and no WeakMap: that costs a third of what decoding a query does. */
const wireSize = Symbol("wireSize");

/**
 * Notes how many bytes a message had before it was decoded. Its `bytes` fields are views of them,
 * so all of them stay in memory for as long as any is held.
 */
export function noteWireSize(message: object, sizeBytes: number): void {
  (message as { [wireSize]?: number })[wireSize] = sizeBytes;
}

/** Bytes of a message of a stream as it came in. */
export function wireSizeOf(message: object): number {
  const { [wireSize]: sizeBytes } = message as { readonly [wireSize]?: number };
  // Nothing may go uncounted.
  if (sizeBytes === undefined) throw new Error("nobody noted the size of this message");
  return sizeBytes;
}
