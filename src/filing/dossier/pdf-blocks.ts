import type { Block } from "./paper.js";
import { wrap } from "./pdf-lines.js";
import { line, need, type Pen, type Style, styles } from "./pdf-pen.js";
import { drawRow, type Grid } from "./pdf-rows.js";

const FACT_LABEL_SHARE = 0.27;
const SIGNATURE_WIDTH = 270;
const SIGNATURE_GAP = 18;
const SIGNATURE_LINE_HEIGHT = 30;

export function drawBlock(pen: Pen, block: Block): void {
  switch (block.kind) {
    case "heading":
      drawHeading(pen, block.text);
      break;
    case "text":
      drawText(pen, block.tone === "body" ? indented(block.text) : block.text, block.tone);
      break;
    case "facts":
      drawFacts(pen, block.rows);
      break;
    case "table":
      drawTable(pen, block);
      break;
    case "signature":
      drawSignature(pen, block);
      break;
  }
}

/** Not alone at the foot of a page. */
function drawHeading(pen: Pen, text: string): void {
  const style = styles.heading;
  const lines = wrap(text, pen.width, style.size, pen.faces[style.weight]);
  need(pen, (lines.length + 3) * style.lineHeight);
  pen.y += 10;
  drawLines(pen, lines, style);
  pen.y += 3;
}

function indented(text: string): string {
  return `　　${text.replaceAll("\n", "\n　　")}`;
}

function drawText(pen: Pen, text: string, tone: "body" | "note"): void {
  const style = styles[tone];
  drawLines(pen, wrap(text, pen.width, style.size, pen.faces[style.weight]), style);
  pen.y += 4;
}

function drawLines(pen: Pen, lines: readonly string[], style: Style): void {
  for (const text of lines) {
    need(pen, style.lineHeight);
    line(pen, text, pen.left, pen.y, style);
    pen.y += style.lineHeight;
  }
}

function drawFacts(pen: Pen, rows: Extract<Block, { kind: "facts" }>["rows"]): void {
  const label = pen.width * FACT_LABEL_SHARE;
  const columns = [label, pen.width - label];
  const grid: Grid = { widths: columns, styles: [styles.label, styles.cell], titles: null };
  for (const row of rows) {
    drawRow(pen, grid, row);
  }
  pen.y += 6;
}

function drawTable(pen: Pen, { columns, rows }: Extract<Block, { kind: "table" }>): void {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (pen.width * share) / whole);
  const titles = columns.map(({ title }) => title);
  const cells = { widths, styles: columns.map(() => styles.cell) };
  need(pen, 4 * styles.cell.lineHeight);
  drawRow(pen, { widths, styles: columns.map(() => styles.label), titles: null }, titles);
  for (const row of rows) {
    drawRow(pen, { ...cells, titles }, row);
  }
  pen.y += 6;
}

function drawSignature(
  pen: Pen,
  { statement, lines }: Extract<Block, { kind: "signature" }>,
): void {
  const { size, lineHeight, weight } = styles.body;
  const text = statement === "" ? "" : indented(statement);
  const stated = text === "" ? [] : wrap(text, pen.width, size, pen.faces[weight]);
  const room = lines.length * SIGNATURE_LINE_HEIGHT + SIGNATURE_GAP;
  need(pen, stated.length * lineHeight + room);
  drawLines(pen, stated, styles.body);
  pen.y += SIGNATURE_GAP;
  for (const signer of lines) {
    line(pen, signer, pen.left + pen.width - SIGNATURE_WIDTH, pen.y, styles.body);
    pen.y += SIGNATURE_LINE_HEIGHT;
  }
}
