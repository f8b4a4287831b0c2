import type { Problem } from "./geojson.js";
import { formatAddress, isMapped, parseAddress } from "./ip-address.js";

/** Most networks in one list. */
export const NETWORKS_MAX = 64;
/** Longest text that can be a network; longer ones are not looked at. */
const NETWORK_LENGTH_MAX = 49;

const BITS_V4 = 32;
const BITS_V6 = 128;
const WORD_BITS = 32;

/**
 * Reads a network in CIDR notation (RFC 4632, RFC 4291) and writes it canonically: RFC 5952 for
 * IPv6, an IPv4-mapped one as IPv4. Refused: no prefix length, bits set behind it, a zone id,
 * leading zeros, anything else.
 * @example canonicalNetwork("FD00:0::/8") // { network: "fd00::/8" }
 */
export function canonicalNetwork(text: string): { readonly network: string } | Problem {
  const words = new Uint32Array(4);
  const parsed = parseNetwork(text, words);
  if (typeof parsed !== "number") return parsed;
  const bits = isMapped(words) && parsed >= MAPPED_PREFIX ? parsed - MAPPED_PREFIX : parsed;
  return { network: `${formatAddress(words)}/${bits}` };
}

/** Prefix length of the addresses that stand for IPv4, ::ffff:0:0/96. */
const MAPPED_PREFIX = BITS_V6 - BITS_V4;

/** Fills `words` with the network's first address, as IPv6. Returns the length as IPv6. */
function parseNetwork(text: string, words: Uint32Array): number | Problem {
  if (text.length > NETWORK_LENGTH_MAX) return notation;
  if (text.includes("%")) return { problem: "has a zone id, which means nothing elsewhere" };
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  if (!parseAddress(address, words)) return notation;
  const short = !address.includes(":");
  const bitsMax = short ? BITS_V4 : BITS_V6;
  if (slash < 0) return { problem: `has no prefix length: add /${bitsMax} for one address` };
  const digits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > bitsMax) {
    return { problem: `has a prefix length that is not 0 to ${bitsMax}` };
  }
  const bits = Number(digits) + (short ? MAPPED_PREFIX : 0);
  for (let word = 0; word < 4; word++) {
    if (((words[word] as number) & ~maskOf(bits, word)) !== 0) {
      return { problem: `has bits set beyond its prefix length of ${digits}` };
    }
  }
  return bits;
}

const notation: Problem = { problem: "must be a network in CIDR notation, as 10.1.0.0/16" };

/** The part of a prefix's mask that falls into one of the four words. */
function maskOf(bits: number, word: number): number {
  const own = Math.min(WORD_BITS, Math.max(0, bits - word * WORD_BITS));
  return own === 0 ? 0 : -1 << (WORD_BITS - own);
}

/** Networks laid out for quick tests. */
export interface PreparedNetworks {
  /**
   * True when the address is in one of the networks. IPv4 addresses, mapped into IPv6 or not, are
   * in IPv4 networks only; a zone id is ignored; what is no address is in none. Does not allocate.
   */
  contains(address: string): boolean;
}

/** @param networks in CIDR notation, as `canonicalNetwork` accepts them. @throws Error else */
export function prepareNetworks(networks: readonly string[]): PreparedNetworks {
  // Four words of address and four of mask for each network.
  const table = new Int32Array(networks.length * 8);
  const words = new Uint32Array(4);
  for (const [index, network] of networks.entries()) {
    const bits = parseNetwork(network, words);
    if (typeof bits !== "number") throw new Error(`network ${index} ${bits.problem}`);
    for (let word = 0; word < 4; word++) {
      table[index * 8 + word] = words[word] as number;
      table[index * 8 + 4 + word] = maskOf(bits, word);
    }
  }
  return { contains: (address) => parseAddress(address, scratch) && inTable(table, scratch) };
}

/** The address under test. One for all, since a test never waits. */
const scratch = new Uint32Array(4);

function inTable(table: Int32Array, words: Uint32Array): boolean {
  const [a, b, c, d] = [words[0], words[1], words[2], words[3]] as [number, number, number, number];
  const v4 = isMapped(words);
  for (let at = 0; at < table.length; at += 8) {
    // A network of less than 96 bits is IPv6's: its third mask word is not full.
    if (v4 && table[at + 6] !== -1) continue;
    const differs =
      ((a ^ (table[at] as number)) & (table[at + 4] as number)) |
      ((b ^ (table[at + 1] as number)) & (table[at + 5] as number)) |
      ((c ^ (table[at + 2] as number)) & (table[at + 6] as number)) |
      ((d ^ (table[at + 3] as number)) & (table[at + 7] as number));
    if (differs === 0) return true;
  }
  return false;
}

/** Networks that no router of the internet carries: RFC 1918, 3927, 4193, 4291 and loopback. */
const privateNetworks = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
  "::1/128",
] as const;

/**
 * True when every address of the network is private, so that what is sent from there need not
 * have crossed the internet (Art. 8).
 * @param network in CIDR notation, as `canonicalNetwork` accepts it. @throws Error else
 */
export function isPrivateNetwork(network: string): boolean {
  const words = new Uint32Array(4);
  const outer = new Uint32Array(4);
  const bits = parseNetwork(network, words);
  if (typeof bits !== "number") throw new Error(`network ${bits.problem}`);
  return privateNetworks.some((candidate) => {
    const outerBits = parseNetwork(candidate, outer);
    if (typeof outerBits !== "number" || outerBits > bits) return false;
    return outer.every(
      (word, at) => ((word ^ (words[at] as number)) & maskOf(outerBits, at)) === 0,
    );
  });
}
