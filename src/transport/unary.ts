import type { handleUnaryCall } from "@grpc/grpc-js";
import { toCordonError } from "../base/errors.js";
import { arrive, type CallsUnderWay } from "./arrival.js";
import type { Method, Next } from "./call.js";
import { toStatusObject } from "./status.js";

/** A grpc-js handler that sends one unary call down the pipe. */
export function unaryHandler(
  method: Method,
  next: Next,
  underWay: CallsUnderWay,
): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    const { ending, arrived } = arrive(method, call, underWay);
    next({ ...arrived, request: call.request, stream: null })
      .finally(() => underWay.delete(ending))
      .then(
        (answer) => callback(null, answer),
        (thrown) => callback(toStatusObject(toCordonError(thrown))),
      );
  };
}
