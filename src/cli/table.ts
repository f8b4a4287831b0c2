import { displayWidth, harmless, type Paint, padEnd, padStart, type Style } from "./text.js";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Numbers align right. Default left. */
  readonly align?: "left" | "right";
  readonly style?: (row: Row) => Style | undefined;
}

const GAP = "  ";

/** Rows under titles, columns aligned; cells may come from anywhere. No trailing newline. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paint: Paint,
): string {
  const cells = rows.map((row) => columns.map(({ cell }) => harmless(cell(row))));
  const widths = columns.map(({ title }, column) =>
    Math.max(displayWidth(title), ...cells.map((line) => displayWidth(line[column] ?? ""))),
  );
  const pad = (text: string, column: number) => {
    const width = widths[column] ?? 0;
    if (columns[column]?.align === "right") return padStart(text, width);
    return column === columns.length - 1 ? text : padEnd(text, width);
  };
  const head = columns.map(({ title }, column) => paint("dim", pad(title, column))).join(GAP);
  const body = rows.map((row, line) =>
    columns
      .map(({ style }, column) => {
        const text = pad(cells[line]?.[column] ?? "", column);
        const wanted = style?.(row);
        return wanted === undefined ? text : paint(wanted, text);
      })
      .join(GAP),
  );
  return [head, ...body].map((line) => line.trimEnd()).join("\n");
}

/** Labels and values, one pair a line; values may come from anywhere. No trailing newline. */
export function facts(pairs: readonly (readonly [label: string, value: string])[], paint: Paint) {
  const width = Math.max(...pairs.map(([label]) => displayWidth(label)));
  return pairs
    .map(([label, value]) => `${paint("dim", padEnd(label, width))}${GAP}${harmless(value)}`)
    .join("\n");
}
