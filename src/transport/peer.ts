/**
 * The address of a gRPC peer without its port: `127.0.0.1` of `127.0.0.1:4711`, `::1` of
 * `[::1]:4711`. IPv4 addresses that arrive mapped into IPv6 are written as IPv4.
 */
export function peerAddress(peer: string): string {
  const bare = peer
    .replace(/^ipv[46]:/, "")
    .replace(/%5[bB]/, "[")
    .replace(/%5[dD]/, "]");
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(bare);
  const host = bracketed?.[1] ?? withoutPort(bare);
  return host.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

function withoutPort(text: string): string {
  const first = text.indexOf(":");
  const last = text.lastIndexOf(":");
  if (first === -1) return text;
  if (first === last) return text.slice(0, first);
  // An IPv6 address without brackets: grpc-js appends the port after the last colon.
  return text.slice(0, last);
}
