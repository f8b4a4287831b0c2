import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFraming } from "../../src/transport/framing.js";

function message(length: number): Buffer {
  const bytes = Buffer.alloc(5 + length, 0xff);
  bytes[0] = 0;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

describe("the framing of a stream", () => {
  it("knows where a message ends, in whatever pieces the bytes come", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 6 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 40_000 }), (sizes, piece) => {
        const bytes = Buffer.concat(sizes.map(message));
        const ends = new Set([0]);
        let end = 0;
        for (const size of sizes) {
          end += 5 + size;
          ends.add(end);
        }
        const framing = createFraming();
        for (let at = 0; at < bytes.length; at += piece) {
          expect(framing.isBetweenMessages()).toBe(ends.has(at));
          framing.received(bytes.subarray(at, at + piece));
        }
        expect(framing.isBetweenMessages()).toBe(true);
      }),
    );
  });

  it("takes a length of four bytes as it is, to the largest", () => {
    const framing = createFraming();
    framing.received(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]));
    expect(framing.isBetweenMessages()).toBe(false);
  });
});
