import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  openStream,
  sealedChunkBytes,
  sealStream,
  streamChunkBytes,
  streamHeaderBytes,
} from "../../src/vault/sealed-stream.js";
import { VaultError } from "../../src/vault/vault.js";

const key = randomBytes(32);
const bound = "a snapshot";

/** The header, then the chunks. */
function seal(plaintext: Buffer): Buffer[] {
  const sealer = sealStream(key, bound);
  const parts: Buffer[] = [Buffer.from(sealer.header)];
  for (let at = 0; ; at += streamChunkBytes) {
    const isLast = plaintext.length - at <= streamChunkBytes;
    parts.push(sealer.seal(plaintext.subarray(at, at + streamChunkBytes), isLast));
    if (isLast) return parts;
  }
}

function open(parts: readonly Buffer[], withKey: Uint8Array = key, as = bound): Buffer {
  const [header = Buffer.alloc(0), ...chunks] = parts;
  const opener = openStream(withKey, as, header);
  return Buffer.concat(chunks.map((chunk, i) => opener.open(chunk, i === chunks.length - 1)));
}

describe("a sealed stream", () => {
  test.each([
    0,
    1,
    streamChunkBytes - 1,
    streamChunkBytes,
    streamChunkBytes + 1,
    3 * streamChunkBytes,
  ])("of %d bytes opens to what was sealed", (size) => {
    const plaintext = randomBytes(size);
    const parts = seal(plaintext);
    expect(open(parts).equals(plaintext)).toBe(true);
    expect(parts[0]).toHaveLength(streamHeaderBytes);
    if (parts.length > 2) expect(parts[1]).toHaveLength(sealedChunkBytes);
  });

  const parts = seal(randomBytes(2 * streamChunkBytes + 100));
  const [header, one, two, last] = parts as [Buffer, Buffer, Buffer, Buffer];
  const changes: Record<string, readonly Buffer[]> = {
    "its last chunk is left out": [header, one, two],
    "its first chunk is left out": [header, two, last],
    "two chunks are swapped": [header, two, one, last],
    "a chunk comes twice": [header, one, one, two, last],
    "a chunk follows its last": [header, one, two, last, last],
    "its last chunk is cut": [header, one, two, last.subarray(0, -1)],
    "its last chunk is nothing": [header, one, two, Buffer.alloc(0)],
    "its header is another's": [seal(Buffer.alloc(1))[0] as Buffer, one, two, last],
    "its header is cut": [header.subarray(1), one, two, last],
    "a chunk is another stream's": [header, seal(Buffer.alloc(2e6))[1] as Buffer, two, last],
  };
  test.each(Object.entries(changes))("does not open when %s", (_, changed) => {
    expect(() => open(changed)).toThrow(VaultError);
  });

  test("does not open with a bit flipped anywhere", () => {
    const small = seal(Buffer.from("a few bytes"));
    for (const [i, part] of small.entries()) {
      for (let at = 0; at < part.length; at += 1) {
        const changed = small.map((each) => Buffer.from(each));
        (changed[i] as Buffer)[at] = (part[at] as number) ^ (1 << (at % 8));
        expect(() => open(changed)).toThrow(VaultError);
      }
    }
  });

  test("does not open with another key, nor as something else", () => {
    expect(() => open(parts, randomBytes(32))).toThrow(VaultError);
    expect(() => open(parts, key, "another")).toThrow(VaultError);
    expect(() => open(parts, randomBytes(16))).toThrow(VaultError);
  });

  test("is never the same twice", () => {
    const again = seal(Buffer.alloc(100));
    expect(seal(Buffer.alloc(100))[1]?.equals(again[1] as Buffer)).toBe(false);
  });

  test("takes whole chunks before its last, and nothing behind it", () => {
    const sealer = sealStream(key, bound);
    expect(() => sealer.seal(Buffer.alloc(10), false)).toThrow(VaultError);
    expect(() => sealer.seal(Buffer.alloc(streamChunkBytes + 1), true)).toThrow(VaultError);
    sealer.seal(Buffer.alloc(10), true);
    expect(() => sealer.seal(Buffer.alloc(10), true)).toThrow(VaultError);
    const closed = sealStream(key, bound);
    closed.destroy();
    expect(() => closed.seal(Buffer.alloc(10), true)).toThrow(VaultError);
  });
});
