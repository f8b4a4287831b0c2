import { constants, type ServerHttp2Stream } from "node:http2";

/**
 * Cuts a call of grpc-js's server with RST_STREAM. grpc-js has no way to do so: its calls end with
 * a status, behind the messages that wait, which a caller that never reads never takes. So this
 * reaches for the HTTP/2 stream within; does nothing where it is not found.
 */
export function resetCall(call: object): void {
  const stream = member(member(call, "call"), "stream");
  if (isHttp2Stream(stream)) stream.close(constants.NGHTTP2_CANCEL);
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function isHttp2Stream(value: unknown): value is ServerHttp2Stream {
  return typeof member(value, "close") === "function" && member(value, "rstCode") !== undefined;
}
