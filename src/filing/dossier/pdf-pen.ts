/** A place on a page of A4, moving down; all lengths are in points. */
import type { Typefaces } from "./pdf-fonts.js";
import { fitted, widthOf } from "./pdf-lines.js";

export const margins = { top: 86, bottom: 66, left: 68, right: 57 } as const;

export interface Pen {
  readonly doc: PDFKit.PDFDocument;
  readonly faces: Typefaces;
  readonly left: number;
  readonly width: number;
  y: number;
  /** Below which nothing of the text stands. */
  readonly bottom: number;
}

export interface Style {
  readonly size: number;
  readonly lineHeight: number;
  readonly weight: keyof Typefaces;
}

export const styles = {
  title: { size: 19, lineHeight: 30, weight: "bold" },
  subtitle: { size: 10, lineHeight: 16, weight: "regular" },
  heading: { size: 12, lineHeight: 20, weight: "bold" },
  body: { size: 10.5, lineHeight: 18, weight: "regular" },
  note: { size: 8.5, lineHeight: 14, weight: "regular" },
  cell: { size: 9.5, lineHeight: 14.5, weight: "regular" },
  label: { size: 9.5, lineHeight: 14.5, weight: "bold" },
  furniture: { size: 8, lineHeight: 12, weight: "regular" },
  warning: { size: 12, lineHeight: 18, weight: "bold" },
} as const satisfies Record<string, Style>;

export function newPage(pen: Pen): void {
  pen.doc.addPage();
  pen.y = margins.top;
}

/** Begins a page when fewer points than these are left. */
export function need(pen: Pen, points: number): void {
  if (pen.bottom - pen.y < points && pen.y > margins.top) newPage(pen);
}

/** One line that has been wrapped before, at its upper left corner. */
export function line(pen: Pen, text: string, x: number, y: number, style: Style): void {
  if (text === "") return;
  const { size, lineHeight, weight } = style;
  pen.doc.font(weight).fontSize(size);
  pen.doc.text(text, x, y + (lineHeight - size) / 2, { lineBreak: false });
}

/** One line that has not, anywhere between two edges; cut where it is too long for them. */
export function placed(
  pen: Pen,
  text: string,
  at: { readonly y: number; readonly align: "left" | "centre" | "right"; readonly style: Style },
): void {
  const face = pen.faces[at.style.weight];
  const drawn = fitted(text, pen.width, at.style.size, face);
  const slack = pen.width - widthOf(drawn, face) * at.style.size;
  const shift = { left: 0, centre: slack / 2, right: slack }[at.align];
  line(pen, drawn, pen.left + shift, at.y, at.style);
}
