import type { Block } from "./paper.js";
import { wrap } from "./pdf-lines.js";
import { line, need, type Pen, type Style, styles } from "./pdf-pen.js";
import { drawRow, type Grid, rowHeightMin } from "./pdf-rows.js";

const FACT_LABEL_SHARE = 0.27;
/** Points above and below a heading. */
const HEADING_BEFORE = 10;
const HEADING_AFTER = 3;
const SIGNATURE_WIDTH = 270;
const SIGNATURE_GAP = 18;
const SIGNATURE_LINE_HEIGHT = 30;

/** Lines of a text that stand together with the heading above it. */
const TEXT_LINES_MIN = 2;

/** @param next what follows it, from which a heading is not parted */
export function drawBlock(pen: Pen, block: Block, next: Block | null): void {
  switch (block.kind) {
    case "heading":
      drawHeading(pen, block.text, next);
      break;
    case "text":
      drawText(pen, block.tone === "body" ? indented(block.text) : block.text, block.tone);
      break;
    case "facts":
      drawFacts(pen, block);
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
function drawHeading(pen: Pen, text: string, next: Block | null): void {
  const style = styles.heading;
  const lines = wrap(text, pen.width, style.size, pen.faces[style.weight]);
  const follows = next === null ? 0 : heightMin(pen, next);
  need(pen, HEADING_BEFORE + lines.length * style.lineHeight + HEADING_AFTER + follows);
  pen.y += HEADING_BEFORE;
  drawLines(pen, lines, style);
  pen.y += HEADING_AFTER;
}

/** Points that a block takes on the page that it begins on, at the least. */
function heightMin(pen: Pen, block: Block): number {
  switch (block.kind) {
    case "heading":
      return styles.heading.lineHeight;
    case "text":
      return TEXT_LINES_MIN * styles[block.tone].lineHeight;
    case "facts": {
      const [first = []] = block.rows;
      return rowHeightMin(pen, factGrid(pen), first);
    }
    case "table": {
      const { titles, cells, names } = tableGrids(pen, block);
      const [first = []] = block.rows;
      return rowHeightMin(pen, titles, names) + rowHeightMin(pen, cells, first);
    }
    case "signature":
      return block.lines.length * SIGNATURE_LINE_HEIGHT + SIGNATURE_GAP;
  }
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

function drawFacts(pen: Pen, { rows }: Extract<Block, { kind: "facts" }>): void {
  const grid = factGrid(pen);
  for (const row of rows) drawRow(pen, grid, row);
  pen.y += 6;
}

function factGrid({ width }: Pen): Grid {
  const label = width * FACT_LABEL_SHARE;
  return { widths: [label, width - label], styles: [styles.label, styles.cell], titles: null };
}

type Table = Extract<Block, { kind: "table" }>;

function drawTable(pen: Pen, table: Table): void {
  const { titles, cells, names } = tableGrids(pen, table);
  need(pen, heightMin(pen, table));
  drawRow(pen, titles, names);
  for (const row of table.rows) drawRow(pen, cells, row);
  pen.y += 6;
}

function tableGrids(pen: Pen, { columns }: Table) {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (pen.width * share) / whole);
  const names = columns.map(({ title }) => title);
  const titles: Grid = { widths, styles: columns.map(() => styles.label), titles: null };
  const cells: Grid = { widths, styles: columns.map(() => styles.cell), titles: names };
  return { titles, cells, names };
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
