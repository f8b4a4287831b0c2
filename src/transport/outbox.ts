import type { Writable } from "node:stream";
import { abortError } from "../base/errors.js";
import type { MessageStream } from "./call.js";

/** Messages of one stream that wait for the connection; the next one waits for room. */
export const SEND_BUFFER_MESSAGES_MAX = 16;

/**
 * Sends messages no faster than the other side reads them. For one sender at a time.
 * @param writable a stream of grpc-js, which says when HTTP/2 flow control has let a message go
 * @param signal its abort fails what waits and whatever is sent later
 */
export function createOutbox(
  writable: Pick<Writable, "write">,
  signal: AbortSignal,
): Pick<MessageStream, "send" | "flush"> {
  let waiting = 0;
  let wake = () => {};
  signal.addEventListener("abort", () => wake(), { once: true });
  const gone = () => {
    waiting -= 1;
    wake();
  };
  const untilAtMost = async (most: number) => {
    while (waiting > most && !signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (signal.aborted) throw abortError(signal);
  };
  return {
    async send(message) {
      await untilAtMost(SEND_BUFFER_MESSAGES_MAX - 1);
      waiting += 1;
      writable.write(message, gone);
    },
    flush: () => untilAtMost(0),
  };
}
