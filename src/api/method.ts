import type { Act } from "../access/authorise.js";
import type { Bidi, ServerStream, Unary } from "./context.js";
import { guardRequest } from "./guard.js";

/** A method: what a caller must be allowed to do, its shape, and the handler. */
export type ApiMethod = {
  readonly act: Act;
  /** One that takes minutes by its nature: it may run for an hour, and no stream of it longer. */
  readonly lengthy: boolean;
  /**
   * Its messages hold several queries, each with a camera of its own: the handler judges whether
   * the caller speaks for it. Else the message names the camera, if any, and it is judged before.
   */
  readonly judgesCameras: boolean;
} & (
  | { readonly kind: "unary"; readonly handle: Unary<unknown, unknown> }
  | { readonly kind: "server-stream"; readonly handle: ServerStream<unknown, unknown> }
  | { readonly kind: "bidi"; readonly handle: Bidi<unknown, unknown> }
);

/** A method under its name, `Service/Method`. */
export type Named = [string, ApiMethod];

/*
 * The decoder made each request by the proto, so its type is known where a method is named, and
 * nowhere later. Every message passes the guard before its handler sees it.
 */

/**
 * @param options.queries it holds several queries: the handler guards each of them by itself, and
 *   judges its camera
 */
export function unary<Request, Response>(
  name: string,
  act: Act,
  handle: Unary<Request, Response>,
  options: { readonly lengthy?: boolean; readonly queries?: boolean } = {},
): Named {
  const { lengthy = false, queries = false } = options;
  return [
    name,
    {
      kind: "unary",
      act,
      lengthy,
      judgesCameras: queries,
      async handle(request, context) {
        if (!queries) guardRequest(request);
        return handle(request as Request, context);
      },
    },
  ];
}

export function serverStream<Request, Response>(
  name: string,
  act: Act,
  handle: ServerStream<Request, Response>,
  options: { readonly lengthy?: boolean } = {},
): Named {
  const { lengthy = false } = options;
  return [
    name,
    {
      kind: "server-stream",
      act,
      lengthy,
      judgesCameras: false,
      handle(request, context) {
        guardRequest(request);
        return handle(request as Request, context);
      },
    },
  ];
}

/**
 * A bidirectional stream. A message that the guard refuses ends it.
 * @param options.guards the handler guards each message itself, so that a bad one gets an answer
 *   of its own instead
 * @param options.queries the same, and its messages hold several queries: the handler judges the
 *   camera of each
 */
export function bidi<Request, Response>(
  name: string,
  act: Act,
  handle: Bidi<Request, Response>,
  options: { readonly guards?: boolean; readonly queries?: boolean } = {},
): Named {
  const { queries = false, guards = queries } = options;
  return [
    name,
    {
      kind: "bidi",
      act,
      lengthy: false,
      judgesCameras: queries,
      handle(requests, context) {
        const checked = guards ? requests : guarded(requests);
        return handle(checked as AsyncIterable<Request>, context);
      },
    },
  ];
}

async function* guarded(requests: AsyncIterable<unknown>) {
  for await (const request of requests) {
    guardRequest(request);
    yield request;
  }
}
