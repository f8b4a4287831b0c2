import type { handleUnaryCall, ServerUnaryCall } from "@grpc/grpc-js";
import { toCordonError } from "../base/errors.js";
import type { Method, Next } from "./call.js";
import { peerAddress } from "./peer.js";
import { toStatusObject } from "./status.js";

/** A grpc-js handler that sends one unary call down the pipe. */
export function unaryHandler(method: Method, next: Next): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    const gone = new AbortController();
    call.on("cancelled", () => gone.abort());
    next({
      method,
      request: call.request,
      header: (name) => firstHeader(call, name),
      address: peerAddress(call.getPeer()),
      deadlineMs: Number(call.getDeadline()),
      signal: gone.signal,
      caller: null,
    }).then(
      (answer) => callback(null, answer),
      (thrown) => callback(toStatusObject(toCordonError(thrown))),
    );
  };
}

function firstHeader(call: ServerUnaryCall<unknown, unknown>, name: string): string | undefined {
  const value = call.metadata.get(name)[0];
  return typeof value === "string" ? value : undefined;
}
