import { wrap } from "./pdf-lines.js";
import { line, newPage, type Pen, type Style, styles } from "./pdf-pen.js";

const PADDING = 4;
const RULE_WIDTH = 0.6;
const LABEL_FILL = "#f2f2f2";
/** Rows of so few lines are not parted over two pages. */
const WHOLE_LINES_MAX = 8;

export interface Grid {
  /** Points. */
  readonly widths: readonly number[];
  readonly styles: readonly Style[];
  /** Drawn again on each page that a row goes on to; null for none. */
  readonly titles: readonly string[] | null;
}

type Cells = readonly (readonly string[])[];

function cellsOf(pen: Pen, grid: Grid, row: readonly string[]): Cells {
  return row.map((text, column) => {
    const { size, weight } = styleAt(grid, column);
    return wrap(text, (grid.widths[column] ?? 0) - 2 * PADDING, size, pen.faces[weight]);
  });
}

function linesOf(cells: Cells): number {
  return Math.max(1, ...cells.map((cell) => cell.length));
}

/** Points that a row takes on the page that it begins on, at the least. */
export function rowHeightMin(pen: Pen, grid: Grid, row: readonly string[]): number {
  const lines = Math.min(linesOf(cellsOf(pen, grid, row)), WHOLE_LINES_MAX);
  return lines * styles.cell.lineHeight + 2 * PADDING;
}

/** A row with its rules; over several pages where it is long. */
export function drawRow(pen: Pen, grid: Grid, row: readonly string[]): void {
  const cells = cellsOf(pen, grid, row);
  const height = styles.cell.lineHeight;
  const lines = linesOf(cells);
  let from = 0;
  while (from < lines) {
    const left = lines - from;
    const room = Math.floor((pen.bottom - pen.y - 2 * PADDING) / height);
    const enough = Math.min(left, from === 0 ? WHOLE_LINES_MAX : 1);
    if (room < enough) {
      turnPage(pen, grid);
      continue;
    }
    const count = Math.min(left, room);
    drawPart(
      pen,
      grid,
      cells.map((cell) => cell.slice(from, from + count)),
      count,
    );
    from += count;
  }
}

function turnPage(pen: Pen, { widths, titles }: Grid): void {
  newPage(pen);
  if (titles === null) return;
  drawRow(pen, { widths, styles: titles.map(() => styles.label), titles: null }, titles);
}

function drawPart(pen: Pen, grid: Grid, cells: Cells, lines: number): void {
  const height = lines * styles.cell.lineHeight + 2 * PADDING;
  let x = pen.left;
  for (const [column, cell] of cells.entries()) {
    const width = grid.widths[column] ?? 0;
    const style = styleAt(grid, column);
    pen.doc.lineWidth(RULE_WIDTH).rect(x, pen.y, width, height);
    if (style.weight === "bold") pen.doc.fillAndStroke(LABEL_FILL, "#000");
    else pen.doc.stroke("#000");
    pen.doc.fillColor("#000");
    for (const [place, text] of cell.entries()) {
      line(pen, text, x + PADDING, pen.y + PADDING + place * style.lineHeight, style);
    }
    x += width;
  }
  pen.y += height;
}

function styleAt(grid: Grid, column: number): Style {
  return grid.styles[column] ?? styles.cell;
}
