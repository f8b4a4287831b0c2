import { describe, expect, it } from "vitest";
import { unreachable } from "../../src/cli/unreachable.js";

const last = (why: string) => `No connection established. Last error: ${why}. Resolution note: `;

describe("unreachable()", () => {
  it.each([
    [
      "Error: 802C29C33F7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:..",
      /^the server at h:1 does not speak TLS\.\n {2}Leave out --tls/,
    ],
    ["self-signed certificate", /certificate of the server at h:1 is not trusted \(self-signed/],
    ["unable to verify the first certificate", /not trusted \(unable to verify the first cert/],
    ["CERT_HAS_EXPIRED: certificate has expired", /is not trusted \(/],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate's altnames",
      /is for another name\.\n {2}Give the name that stands in it/,
    ],
    [
      "error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:..",
      /asks for a certificate of this caller\.\n {2}Give one .* --tls-cert and --tls-key/,
    ],
    ["connect ECONNREFUSED 127.0.0.1:1", /^no server answers at h:1 \(ECONNREFUSED\)\.\n {2}Start/],
    ["getaddrinfo ENOTFOUND nowhere", /^no server answers at h:1 \(ENOTFOUND\)/],
    [
      "Failed to connect (2026-11-22T01:56:17.111Z)",
      /ended the connection.*\n {2}It may be stopping, or speak TLS/,
    ],
    ["Protocol error (2026-11-22T01:56:17.111Z)", /^what answers at h:1 does not speak gRPC/],
    ["something new", /^no server answers at h:1 \(No connection established.*something new/],
  ])("says of %j what it means", (why, plain) => {
    expect(unreachable(last(why), "h:1")).toMatch(plain);
  });
});
