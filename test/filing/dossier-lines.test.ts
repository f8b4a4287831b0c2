import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { bounded, printedLength, ROWS_SHOWN_MAX } from "../../src/filing/dossier/bounded.js";
import { legible } from "../../src/filing/dossier/legible.js";
import { drawable, loadTypefaces, type Typeface } from "../../src/filing/dossier/pdf-fonts.js";
import { fitted, widthOf, wrap } from "../../src/filing/dossier/pdf-lines.js";

describe("wrap", () => {
  let face: Typeface;
  beforeAll(async () => {
    face = (await loadTypefaces()).regular;
  });

  it("makes no line wider than it may be, and loses nothing but blanks", () => {
    const piece = fc.constantFrom(..."人脸识别，。（《》） ", "cordon", "AES-256-GCM", "\n", "😀");
    const text = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 400 }), (typed, width) => {
        const lines = wrap(typed, width, 10, face);
        for (const line of lines)
          expect(widthOf(line, face) * 10).toBeLessThanOrEqual(width + 1e-6);
        const bare = (of: string) => of.replace(/\s/gu, "");
        expect(bare(lines.join(""))).toBe(bare(drawable(typed, face)));
      }),
      { numRuns: 200 },
    );
  });

  it("begins no line with a full stop and ends none with an opening bracket", () => {
    const lines = wrap("人脸识别技术，应用安全。管理（办法）的全文".repeat(20), 73, 10, face);
    for (const line of lines) {
      expect(line).not.toMatch(/^[，。）]/u);
      expect(line).not.toMatch(/（$/u);
    }
  });

  it("keeps words and numbers whole where they fit, and parts those that do not", () => {
    expect(wrap("第15条 AES-256-GCM", 80, 10, face)).toEqual(["第15条 ", "AES-256-GCM"]);
    const hash = "3f5a".repeat(16);
    const lines = wrap(hash, 100, 10, face);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join("")).toBe(hash);
  });
});

describe("fitted", () => {
  it("cuts one line to the width, and leaves a shorter one as it is", async () => {
    const { regular } = await loadTypefaces();
    expect(fitted("甲公司\n乙部", 200, 10, regular)).toBe("甲公司 乙部");
    for (const text of ["甲".repeat(50), "😀".repeat(30), "x".repeat(10_000)]) {
      const line = fitted(text, 200, 10, regular);
      expect(line).toMatch(/.……$/u);
      expect(widthOf(line, regular) * 10).toBeLessThanOrEqual(200 + 1e-6);
    }
  });
});

describe("legible", () => {
  it("writes out what cannot be seen, and leaves lines, scripts and emoji alone", () => {
    expect(legible("甲\r\n乙\u2028丙\t丁")).toBe("甲\n乙\n丙 丁");
    expect(legible("a\u0000\u001b[31m\u202eb\u200b")).toBe(
      "a〔U+0000 U+001B〕[31m〔U+202E〕b〔U+200B〕",
    );
    const plain = "محمد 👩‍👩‍👧 é 〇𠮷";
    expect(legible(plain)).toBe(plain);
  });

  it("leaves nothing that XML 1.0 forbids", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const typed = String.fromCharCode(...units);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(legible(typed)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\ufffe\uffff]|\p{Cs}/u);
      }),
    );
  });
});

describe("bounded", () => {
  it("shows the first of anything, and so many as the budget and the limit allow", () => {
    const sized = (text: string) => [text];
    expect(bounded(["xxxx", "y"], { characters: 2 }, sized)).toEqual({ shown: ["xxxx"], rest: 1 });
    expect(bounded(["x", "y", "z"], { characters: 2 }, sized)).toEqual({
      shown: ["x", "y"],
      rest: 1,
    });
    const many = Array.from({ length: ROWS_SHOWN_MAX + 7 }, () => "x");
    expect(bounded(many, { characters: 1e6 }, sized).rest).toBe(7);
    expect(bounded([], { characters: 0 }, sized)).toEqual({ shown: [], rest: 0 });
  });

  it("reckons with the room that short lines and written-out characters take", () => {
    expect(printedLength("cordon，人脸识别（第15条）é…")).toBe(19);
    expect(printedLength("a\n".repeat(100))).toBeGreaterThan(4_000);
    expect(printedLength("a\r\nb\u2028c")).toBe(printedLength("a\nb\nc") + 1);
    expect(printedLength("😀")).toBeGreaterThanOrEqual("〔U+1F600〕".length);
    expect(printedLength("\u202e\u0301م")).toBeGreaterThanOrEqual(
      "〔U+202E U+0301 U+0645〕".length,
    );
  });
});
