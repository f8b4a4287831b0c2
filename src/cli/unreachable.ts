import { harmless } from "./text.js";

/** What gRPC says at length when no call comes through, in plain words with what to do. */
const cases: readonly (readonly [sign: RegExp, tell: (address: string, why: string) => string])[] =
  [
    [
      /wrong version number|packet length too long|record layer failure/,
      (address) =>
        `the server at ${address} does not speak TLS.\n` +
        "  Leave out --tls, --tls-ca, --tls-cert and --tls-key.",
    ],
    [
      /CERT_ALTNAME_INVALID|does not match certificate/,
      (address) =>
        `the certificate of the server at ${address} is for another name.\n` +
        "  Give the name that stands in it as --address.",
    ],
    [
      /certificate required|alert (?:bad|unknown|handshake)|peer did not return a certificate/,
      (address) =>
        `the server at ${address} asks for a certificate of this caller.\n` +
        "  Give one that it trusts with --tls-cert and --tls-key.",
    ],
    [
      /(?:self[- ]signed|unable to (?:verify|get)|certificate has expired|[A-Z_]*CERT_[A-Z_]+)[^.:]*/,
      (address, why) =>
        `the certificate of the server at ${address} is not trusted (${why.trim()}).\n` +
        "  Name the authority that signed it with --tls-ca.",
    ],
    [
      /Protocol error/,
      (address) =>
        `what answers at ${address} does not speak gRPC.\n` +
        "  Is it the port of /metrics and /readyz? Name the gRPC port with --address.",
    ],
    [
      /E[A-Z]{4,}/,
      (address, why) =>
        `no server answers at ${address} (${why}).\n` +
        '  Start one with "cordon serve", or name another with --address.',
    ],
    [
      /Failed to connect|Connection dropped|socket hang up/,
      (address) =>
        `the server at ${address} ended the connection before it answered.\n` +
        "  It may be stopping, or speak TLS only: see --tls and --tls-ca.",
    ],
  ];

/**
 * Why there was no answer from any server.
 *
 * @param message what gRPC says
 */
export function unreachable(message: string, address = "the address"): string {
  for (const [sign, tell] of cases) {
    const found = sign.exec(message);
    if (found !== null) return tell(address, harmless(found[0]));
  }
  return (
    `no server answers at ${address} (${harmless(message)}).\n` +
    '  Start one with "cordon serve", or name another with --address.'
  );
}
