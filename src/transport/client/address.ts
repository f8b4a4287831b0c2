import { isLoopbackHost } from "../../base/loopback.js";
import { CordonClientError } from "./error.js";

/**
 * Checks `host:port` or `[v6]:port`.
 *
 * @returns whether the host is this machine itself
 * @throws CordonClientError INVALID_ARGUMENT
 */
export function checkAddress(address: string): { readonly isLoopback: boolean } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new CordonClientError({
      status: "INVALID_ARGUMENT",
      message: `"${address}" is not an address. Write host:port, for example 127.0.0.1:50051.`,
    });
  }
  return { isLoopback: isLoopbackHost(host) };
}
