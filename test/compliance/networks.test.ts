import { describe, expect, it } from "vitest";
import {
  canonicalNetwork,
  isPrivateNetwork,
  prepareNetworks,
} from "../../src/compliance/networks.js";

describe("canonicalNetwork", () => {
  it.each([
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["192.168.1.7/32", "192.168.1.7/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["255.255.255.255/32", "255.255.255.255/32"],
    ["FD00:0:0::/8", "fd00::/8"],
    ["::/0", "::/0"],
    ["::1/128", "::1/128"],
    ["2001:db8:0:0:1:0:0:1/128", "2001:db8::1:0:0:1/128"],
    ["2001:0db8:0000:1:1:1:1:1/128", "2001:db8:0:1:1:1:1:1/128"],
    ["1:2:3:4:5:6:7::/112", "1:2:3:4:5:6:7:0/112"],
    ["64:ff9b::192.0.2.33/128", "64:ff9b::c000:221/128"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["::ffff:0:0/96", "0.0.0.0/0"],
  ])("writes %s as %s", (text, network) => {
    expect(canonicalNetwork(text)).toEqual({ network });
  });

  it.each([
    ["nothing", "", /CIDR/],
    ["a name", "localhost/8", /CIDR/],
    ["an address alone", "10.0.0.1", /add \/32/],
    ["an IPv6 address alone", "fd00::1", /add \/128/],
    ["host bits", "10.0.0.1/8", /bits set beyond/],
    ["host bits of IPv6", "fd00::1/64", /bits set beyond/],
    ["host bits of a mapped network", "::ffff:0:0/90", /bits set beyond/],
    ["a prefix that is too long", "10.0.0.0/33", /0 to 32/],
    ["an IPv6 prefix that is too long", "fd00::/129", /0 to 128/],
    ["a prefix with a leading zero", "10.0.0.0/08", /prefix length/],
    ["an empty prefix", "10.0.0.0/", /prefix length/],
    ["a negative prefix", "10.0.0.0/-1", /prefix length/],
    ["a mask for a prefix", "10.0.0.0/255.0.0.0", /prefix length/],
    ["two prefixes", "10.0.0.0/8/8", /prefix length/],
    ["a zone id", "fe80::%eth0/10", /zone id/],
    ["a leading zero", "010.0.0.0/8", /CIDR/],
    ["an octet above 255", "10.0.256.0/24", /CIDR/],
    ["three octets", "10.0.0/24", /CIDR/],
    ["five octets", "10.0.0.0.0/24", /CIDR/],
    ["a hexadecimal octet", "0xa.0.0.0/8", /CIDR/],
    ["blanks", " 10.0.0.0/8", /CIDR/],
    ["a port", "10.0.0.0:80/8", /CIDR/],
    ["brackets", "[fd00::]/8", /CIDR/],
    ["two gaps", "fd00::1::/64", /CIDR/],
    ["three colons", "fd00:::/64", /CIDR/],
    ["a gap for nothing", "1:2:3:4::5:6:7:8/128", /CIDR/],
    ["a lone colon first", ":1:2:3:4:5:6:7/128", /CIDR/],
    ["a lone colon last", "1:2:3:4:5:6:7:/128", /CIDR/],
    ["seven groups", "1:2:3:4:5:6:7/128", /CIDR/],
    ["nine groups", "1:2:3:4:5:6:7:8:9/128", /CIDR/],
    ["a group of five digits", "fd000::/8", /CIDR/],
    ["a letter beyond f", "fg00::/8", /CIDR/],
    ["IPv4 in the middle", "::10.0.0.0:1/128", /CIDR/],
    ["IPv4 with no room", "1:2:3:4:5:6:7:10.0.0.0/128", /CIDR/],
    ["a very long text", `${"0".repeat(1e6)}/8`, /CIDR/],
    ["full-width digits", "１0.0.0.0/8", /CIDR/],
  ])("refuses %s", (_name, text, problem) => {
    expect(canonicalNetwork(text)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe("prepareNetworks", () => {
  const networks = prepareNetworks(["10.1.0.0/16", "192.168.7.9/32", "fd00:1::/32", "fe80::/10"]);

  it.each([
    "10.1.0.0",
    "10.1.255.255",
    "::ffff:10.1.2.3",
    "::FFFF:a01:203",
    "192.168.7.9",
    "fd00:1::5",
    "fd00:1:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::1%eth0",
  ])("holds %s", (address) => {
    expect(networks.contains(address)).toBe(true);
  });

  it.each([
    "10.2.0.0",
    "10.0.255.255",
    "192.168.7.8",
    "fd00:2::5",
    "::1",
    "::10.1.2.3",
    "",
    "unix:",
    "10.1.2.3:443",
    "10.1.2.3%eth0",
    "fe80::1%",
    "camera.example",
  ])("does not hold %j", (address) => {
    expect(networks.contains(address)).toBe(false);
  });

  it("keeps IPv4 and IPv6 apart, however wide the network", () => {
    const everyV4 = prepareNetworks(["0.0.0.0/0"]);
    const everyV6 = prepareNetworks(["::/0"]);
    expect(everyV4.contains("203.0.113.1")).toBe(true);
    expect(everyV4.contains("2001:db8::1")).toBe(false);
    expect(everyV6.contains("2001:db8::1")).toBe(true);
    expect(everyV6.contains("203.0.113.1")).toBe(false);
    expect(everyV6.contains("::ffff:203.0.113.1")).toBe(false);
  });

  it("holds nothing without a network", () => {
    expect(prepareNetworks([]).contains("10.0.0.1")).toBe(false);
  });

  it("throws for what canonicalNetwork refuses", () => {
    expect(() => prepareNetworks(["10.0.0.1/8"])).toThrow(/bits set/);
  });
});

it("isPrivateNetwork holds when every address of the network is private", () => {
  for (const network of ["10.0.0.0/8", "172.31.0.0/16", "192.168.1.0/24", "fd12::/16", "::1/128"]) {
    expect(isPrivateNetwork(network)).toBe(true);
  }
  for (const network of ["10.0.0.0/7", "172.32.0.0/16", "8.8.8.8/32", "::/0", "2001:db8::/32"]) {
    expect(isPrivateNetwork(network)).toBe(false);
  }
});
