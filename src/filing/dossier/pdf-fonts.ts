import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create, type Font } from "fontkit";
import { codePoints, legible } from "./legible.js";

/** One weight of Noto Sans Hans: 30,888 glyphs, OFL 1.1. */
export interface Typeface {
  readonly font: Font;
  /** Width of a character, in ems. */
  widthOf(character: string): number;
  has(character: string): boolean;
}

export interface Typefaces {
  readonly regular: Typeface;
  readonly bold: Typeface;
}

/** Reads both weights, 17 MB; nothing is kept. */
export async function loadTypefaces(): Promise<Typefaces> {
  const entry = createRequire(import.meta.url).resolve("@embedpdf/fonts-sc");
  const folder = join(dirname(entry), "..", "fonts");
  const [regular, bold] = await Promise.all([
    readFile(join(folder, "NotoSansHans-Regular.otf")),
    readFile(join(folder, "NotoSansHans-Bold.otf")),
  ]);
  return { regular: typeface(regular), bold: typeface(bold) };
}

function typeface(bytes: Buffer): Typeface {
  const font = create(bytes);
  if (!("layout" in font)) throw new Error("the font is a collection of fonts");
  const widths = new Map<string, number>();
  return {
    font,
    has: (character) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0),
    widthOf(character) {
      const known = widths.get(character);
      if (known !== undefined) return known;
      const glyph = font.glyphForCodePoint(character.codePointAt(0) ?? 0);
      const width = glyph.advanceWidth / font.unitsPerEm;
      widths.set(character, width);
      return width;
    },
  };
}

/**
 * Text that the typeface can draw: a character that it lacks, such as an emoji or a letter of
 * another script, is written out as 〔U+1F600〕 rather than drawn as a box.
 */
export function drawable(text: string, face: Typeface): string {
  let drawn = "";
  let lacking = "";
  for (const character of legible(text)) {
    if (character !== "\n" && !face.has(character)) {
      lacking += character;
      continue;
    }
    if (lacking !== "") drawn += codePoints(lacking);
    lacking = "";
    drawn += character;
  }
  return lacking === "" ? drawn : drawn + codePoints(lacking);
}
