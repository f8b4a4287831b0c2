import { isIPv4 } from "node:net";

/** True for 127.0.0.0/8, ::1, and the former written as IPv6. Names are not addresses. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/^::ffff:/i, "");
  return bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
}

/** The same for what a person configures: the name `localhost` counts too. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || isLoopback(host);
}
