import { describe, expect, it } from "vitest";
import { peerAddress } from "../../src/transport/peer.js";

describe("peerAddress()", () => {
  it.each([
    ["127.0.0.1:4711", "127.0.0.1"],
    ["[::1]:4711", "::1"],
    ["::1:4711", "::1"],
    ["ipv4:10.0.0.1:80", "10.0.0.1"],
    ["ipv6:%5B2001:db8::1%5D:80", "2001:db8::1"],
    ["[::ffff:127.0.0.1]:5", "127.0.0.1"],
    ["::ffff:127.0.0.1:5", "127.0.0.1"],
    ["unknown", "unknown"],
  ])("of %s is %s", (peer, address) => {
    expect(peerAddress(peer)).toBe(address);
  });
});
