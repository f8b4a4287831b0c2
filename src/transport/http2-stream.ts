import { constants, type ServerHttp2Stream } from "node:http2";

/*
 * grpc-js hides the HTTP/2 stream of a call and decides how far a call is read ahead. So these reach
 * within, for the version that package.json pins; the tests of streams notice when it moves.
 */

/**
 * Reads the messages of a stream one by one, each when it is asked for. Else 16 of them are read
 * ahead, of whatever size, and a thousand streams would hold 16,000 frames before anybody counts
 * them.
 */
export function readOneByOne(call: object): void {
  const state = member(call, "_readableState");
  if (typeof state === "object" && state !== null) Reflect.set(state, "highWaterMark", 0);
}

/**
 * Calls back when the caller resets its call. grpc-js says so too, but late: after everything that
 * came before was read, and in the end of the requests first, as if the caller had sent its last.
 */
export function onReset(call: object, callback: () => void): void {
  http2StreamOf(call)?.once("aborted", callback);
}

/**
 * Cuts a call with RST_STREAM. Those of grpc-js end with a status, behind the messages that wait,
 * which a caller that never reads never takes.
 */
export function resetCall(call: object): void {
  http2StreamOf(call)?.close(constants.NGHTTP2_CANCEL);
}

/** Calls back with what has come in, before it makes a message. */
export function onBytes(call: object, callback: (bytes: Buffer) => void): void {
  http2StreamOf(call)?.on("data", callback);
}

/** How the caller compresses its messages, by the names of gRPC: "identity" where it does not. */
export function encodingOf(call: object): string {
  const encoding = member(member(call, "call"), "incomingEncoding");
  return typeof encoding === "string" ? encoding : "identity";
}

function http2StreamOf(call: object): ServerHttp2Stream | null {
  const stream = member(member(call, "call"), "stream");
  const isStream = member(stream, "rstCode") !== undefined;
  return isStream ? (stream as ServerHttp2Stream) : null;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
