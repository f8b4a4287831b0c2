import { CordonClientError } from "../transport/client/error.js";
import type { Send } from "./enrol-batch.js";

/** Bytes of a message beside its pictures, at most: names, evidence, ids. */
const MESSAGE_FRAME_BYTES = 16 * 1024;

/**
 * One message that is too large would end the stream for all.
 *
 * @param bytesMax 0 when the server did not say
 */
export function withSizeLimit(send: Send, bytesMax: number): Send {
  return (requestId, request) =>
    send(requestId, () => {
      const message = request();
      const bytes = (message.sources ?? []).reduce(
        (sum, { image }) => sum + (image?.length ?? 0),
        MESSAGE_FRAME_BYTES,
      );
      if (bytesMax === 0 || bytes <= bytesMax) return message;
      throw tooLarge(bytes, bytesMax);
    });
}

function tooLarge(bytes: number, bytesMax: number): CordonClientError {
  const mebibytes = (count: number) => (count / 1024 / 1024).toFixed(1);
  return new CordonClientError({
    status: "INVALID_ARGUMENT",
    reason: "FIELD_INVALID",
    message:
      `The pictures have ${mebibytes(bytes)} MiB together, and the server takes ` +
      `${mebibytes(bytesMax)} MiB at a time. Give fewer or smaller ones.`,
  });
}
