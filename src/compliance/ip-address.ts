const GROUPS = 8;
const MAPPED = 0xffff;

const DOT = 46;
const COLON = 58;
const PERCENT = 37;
const ZERO = 48;
const NINE = 57;
const LETTER_A = 97;

/**
 * Reads an IPv4 or IPv6 address (RFC 4291, 2.2) into four words, the first the highest; IPv4 as
 * ::ffff:a.b.c.d. A zone id behind it is ignored. Does not allocate.
 * @returns false, with `words` in any state, when it is no address; octets have no leading zeros
 */
export function parseAddress(text: string, words: Uint32Array): boolean {
  let end = text.length;
  let colons = false;
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON) colons = true;
    // A zone id: "fe80::1%eth0". IPv4 has none.
    if (code === PERCENT) {
      if (!colons || at + 1 === end) return false;
      end = at;
    }
  }
  words.fill(0);
  if (colons) return parseV6(text, end, words);
  words[2] = MAPPED;
  return parseV4(text, 0, end, words);
}

/** Puts four octets into the last word. */
function parseV4(text: string, start: number, end: number, words: Uint32Array): boolean {
  let value = 0;
  let at = start;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && text.charCodeAt(at++) !== DOT) return false;
    const first = at;
    let number = 0;
    while (at < end && at - first < 3) {
      const code = text.charCodeAt(at);
      if (code < ZERO || code > NINE) break;
      number = number * 10 + code - ZERO;
      at += 1;
    }
    const leadingZero = at - first > 1 && text.charCodeAt(first) === ZERO;
    if (at === first || leadingZero || number > 255) return false;
    value = value * 256 + number;
  }
  words[3] = value;
  return at === end;
}

/** Groups of an IPv6 address as they stand in the text. One for all, since parsing never waits. */
const groups = new Uint16Array(GROUPS);

function parseV6(text: string, end: number, words: Uint32Array): boolean {
  let count = 0;
  /** Number of groups before "::", or -1 without it. */
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === COLON) {
    if (end < 2 || text.charCodeAt(1) !== COLON) return false;
    gap = 0;
    at = 2;
  }
  while (at < end) {
    const stop = hexEnd(text, at, end);
    if (stop < end && text.charCodeAt(stop) === DOT) {
      if (count > GROUPS - 2 || !parseV4(text, at, end, words)) return false;
      groups[count++] = (words[3] as number) >>> 16;
      groups[count++] = words[3] as number;
      break;
    }
    if (stop === at || stop - at > 4 || count === GROUPS) return false;
    groups[count++] = hexValue(text, at, stop);
    if (stop === end) break;
    // Behind a colon comes another one or a group, never the end.
    if (text.charCodeAt(stop) !== COLON || stop + 1 === end) return false;
    at = stop + 1;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap >= 0) return false;
    gap = count;
    at += 1;
  }
  // "::" stands for one group at least.
  if (gap < 0 ? count !== GROUPS : count === GROUPS) return false;
  spread(words, count, gap < 0 ? count : gap);
  return true;
}

/** Writes the groups before the gap to the front and the others to the end. */
function spread(words: Uint32Array, count: number, gap: number): void {
  words.fill(0);
  for (let from = 0; from < count; from++) {
    const to = from < gap ? from : from + GROUPS - count;
    const shift = to % 2 === 0 ? 16 : 0;
    words[to >>> 1] = (words[to >>> 1] as number) | ((groups[from] as number) << shift);
  }
}

function hexEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && hexDigit(text.charCodeAt(at)) >= 0) at += 1;
  return at;
}

function hexValue(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 16 + hexDigit(text.charCodeAt(at));
  return value;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const letter = (code | 0x20) - LETTER_A;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** True for what `parseAddress` made of an IPv4 address, mapped into IPv6 or not. */
export function isMapped(words: Uint32Array): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === MAPPED;
}

/** IPv4 as dotted octets, IPv6 as RFC 5952 wants it. */
export function formatAddress(words: Uint32Array): string {
  if (isMapped(words)) {
    const value = words[3] as number;
    return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
  }
  const hex = [...words].flatMap((word) => [word >>> 16, word & 0xffff]);
  const texts = hex.map((group) => group.toString(16));
  const { start, length } = longestZeros(hex);
  if (length < 2) return texts.join(":");
  return `${texts.slice(0, start).join(":")}::${texts.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zero groups. */
function longestZeros(hex: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [at, group] of hex.entries()) {
    if (group !== 0) start = at + 1;
    else if (at + 1 - start > best.length) best = { start, length: at + 1 - start };
  }
  return best;
}
