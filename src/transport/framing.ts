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
  /** Bytes of the message that are missing, as far as its header was read. */
  let missing = 0;

  return {
    received(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (headerBytes < HEADER_BYTES) {
          if (headerBytes > 0) missing = missing * 256 + (bytes[at] as number);
          headerBytes += 1;
          at += 1;
        } else {
          const taken = Math.min(missing, bytes.length - at);
          missing -= taken;
          at += taken;
        }
        if (headerBytes === HEADER_BYTES && missing === 0) headerBytes = 0;
      }
    },
    isBetweenMessages: () => headerBytes === 0,
  };
}
