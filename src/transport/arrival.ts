import type { ServerUnaryCall } from "@grpc/grpc-js";
import type { Call, Method } from "./call.js";
import { onReset } from "./http2-stream.js";
import { deadlineExceeded } from "./interceptors/deadline.js";
import { peerAddress } from "./peer.js";

/** What every kind of call of grpc-js's server has. */
type ArrivedCall = Pick<
  ServerUnaryCall<unknown, unknown>,
  "getDeadline" | "getPeer" | "metadata"
> & { on(event: "cancelled", listener: () => void): unknown };

/** The calls that have no answer yet; aborting one ends it with the reason as its error. */
export type CallsUnderWay = Set<AbortController>;

/** A call as it comes in, but for its messages, and what ends it early. */
export function arrive(method: Method, call: ArrivedCall, underWay: CallsUnderWay) {
  const ending = new AbortController();
  underWay.add(ending);
  const deadlineMs = Number(call.getDeadline());
  const end = () => {
    if (underWay.delete(ending)) ending.abort(reasonOf(deadlineMs));
  };
  // grpc-js says so at the end of every call, however it ended.
  call.on("cancelled", end);
  onReset(call, end);
  const arrived: Omit<Call, "request" | "stream"> = {
    method,
    header: (name) => firstHeader(call, name),
    address: peerAddress(call.getPeer()),
    deadlineMs,
    signal: ending.signal,
    caller: null,
  };
  return { ending, arrived };
}

/** grpc-js has a timer of its own for the caller's deadline, and cancels the call then. */
function reasonOf(deadlineMs: number) {
  if (Date.now() < deadlineMs) return undefined;
  return deadlineExceeded("This call was not done within its deadline.");
}

function firstHeader(call: ArrivedCall, name: string): string | undefined {
  const value = call.metadata.get(name)[0];
  return typeof value === "string" ? value : undefined;
}
