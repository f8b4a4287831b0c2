import sharp from "sharp";
import { decodeDefaults, decodeImage } from "./decode.js";
import type { Box } from "./port.js";

/** One face to mark on a picture. */
export interface DrawnFace {
  /** Pixels of the upright picture. */
  readonly box: Box;
  /** Any text; it is escaped and cut to `labelLengthMax`. */
  readonly label: string;
  readonly decision: "MATCH" | "NO_MATCH" | "REVIEW" | "REFUSED";
}

/** Dark enough for white text to have a contrast of 4.5 : 1 (WCAG 2.2, 1.4.3). */
const colours = { MATCH: "#0b7a3b", NO_MATCH: "#5f6368", REVIEW: "#a85500", REFUSED: "#c5221f" };

const labelLengthMax = 60;

/** Letter height as a share of the picture's shorter side, and its limits in pixels. */
const letterShare = 1 / 42;
const letterMinPx = 9;
const letterMaxPx = 72;

/** Widths in letter heights: wide letters of bold sans-serif faces, and East Asian full width. */
const letterWidth = 0.72;
const fullWidth = 1.05;
const fullWidthFrom = 0x2e80;

function escapeXml(text: string): string {
  // Control characters are not allowed in XML at all, escaped or not.
  const printable = text.replace(/\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, " ");
  return printable.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Width of a text in letter heights, estimated from above: the plate must not be too short. */
function textWidth(characters: readonly string[]): number {
  return characters.reduce((sum, character) => {
    const wide = (character.codePointAt(0) ?? 0) >= fullWidthFrom;
    return sum + (wide ? fullWidth : letterWidth);
  }, 0);
}

interface Canvas {
  readonly width: number;
  readonly height: number;
}

/** The label sits on top of the box, or inside its upper edge when there is no room above. */
function drawFace(face: DrawnFace, canvas: Canvas, letterPx: number): string {
  const { x, y, width, height } = face.box;
  const colour = colours[face.decision];
  const line = Math.max(1, Math.round(letterPx / 6));
  const characters = [...face.label].slice(0, labelLengthMax);
  const plateWidth = textWidth(characters) * letterPx + letterPx;
  const plateHeight = letterPx * 1.6;
  const plateX = Math.max(0, Math.min(x - line / 2, canvas.width - plateWidth));
  const plateY = Math.min(Math.max(0, y - plateHeight), canvas.height - plateHeight);
  const box =
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" ` +
    `stroke="${colour}" stroke-width="${line}"/>`;
  if (characters.length === 0) return box;
  return (
    `${box}<rect x="${plateX}" y="${plateY}" width="${plateWidth}" height="${plateHeight}" ` +
    `fill="${colour}"/><text x="${plateX + letterPx / 2}" y="${plateY + letterPx * 1.15}" ` +
    `font-size="${letterPx}">${escapeXml(characters.join(""))}</text>`
  );
}

/**
 * Marks faces on a picture: a box for each, and a plate with its label.
 *
 * @param image encoded picture, of any format that is decoded
 * @returns PNG of the upright picture
 * @throws CordonError INVALID_ARGUMENT with an IMAGE_* reason
 */
export async function drawFaces(image: Uint8Array, faces: readonly DrawnFace[]): Promise<Buffer> {
  const picture = await decodeImage(image, decodeDefaults);
  const { width, height } = picture;
  const wanted = Math.round(Math.min(width, height) * letterShare);
  const letterPx = Math.min(letterMaxPx, Math.max(letterMinPx, wanted));
  const drawn = faces
    .filter(({ box }) => Object.values(box).every(Number.isFinite))
    .map((face) => drawFace(face, picture, letterPx));
  const overlay =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `font-family="sans-serif" font-weight="600" fill="#fff">${drawn.join("")}</svg>`;
  return await sharp(picture.data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(overlay), top: 0, left: 0 }])
    .removeAlpha()
    .png()
    .toBuffer();
}
