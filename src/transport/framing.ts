/** Bytes before each message: one that says whether it is compressed, four of its length (gRPC). */
const HEADER_BYTES = 5;

/** Follows where in a stream of messages its bytes are. */
export interface Framing {
  received(bytes: Buffer): void;
  /** Whether the last byte was the end of a message. */
  isBetweenMessages(): boolean;
}

/**
 * grpc-js ends the requests of a stream that was cut off inside a message as if that message had
 * never been begun; only the bytes tell.
 */
export function createFraming(): Framing {
  let headerBytes = 0;
  let length = 0;
  /** Of the message whose header is read. */
  let missing = 0;

  function readHeader(bytes: Buffer, from: number): number {
    let at = from;
    for (; at < bytes.length && headerBytes < HEADER_BYTES; at += 1) {
      if (headerBytes > 0) length = length * 256 + (bytes[at] as number);
      headerBytes += 1;
    }
    if (headerBytes === HEADER_BYTES) {
      missing = length;
      if (missing === 0) beginNext();
    }
    return at;
  }

  function beginNext(): void {
    headerBytes = 0;
    length = 0;
  }

  return {
    received(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (headerBytes < HEADER_BYTES) {
          at = readHeader(bytes, at);
          continue;
        }
        const taken = Math.min(missing, bytes.length - at);
        at += taken;
        missing -= taken;
        if (missing === 0) beginNext();
      }
    },
    isBetweenMessages: () => headerBytes === 0,
  };
}
