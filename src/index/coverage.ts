import type { CreateGraph, GraphShape } from "./graph.js";
import type { RowMove, Rows } from "./rows.js";

/**
 * A graph over some of a gallery's rows. Rows move when others are removed; labels do not: this
 * keeps the two in step. Every row below `cursor` is in the graph; what lies from there to the
 * end is searched by scanning until `advance` has put it in.
 */
export interface Coverage {
  readonly cursor: number;
  readonly slots: number;
  readonly erased: number;
  /** Memory held, an estimate. */
  readonly bytes: number;
  /** Puts the row at the cursor into the graph. Call only while `cursor < rows.count`. */
  advance(): void;
  /** Call after the row's vector was overwritten by another. */
  overwrite(row: number): void;
  /** Call before the rows move: overwrites the row's vector in the graph. */
  erase(row: number): void;
  /** Call after the rows moved. */
  moved(move: RowMove): void;
  /** Rows near the query, best first, fewer when the graph reaches no more. */
  nearest(query: ArrayLike<number>, count: number, ef: number): readonly number[];
  free(): void;
}

const labelBytes = 8;

/** An empty graph over these rows, with room for `expected` of them and a quarter more. */
export function createCoverage(
  rows: Rows,
  createGraph: CreateGraph,
  shape: GraphShape,
  expected: number,
): Coverage {
  const graph = createGraph(rows.dimension, shape, Math.ceil(expected * 1.25));
  /** One label for each row below the cursor. */
  const labelOfRow: number[] = [];
  const rowOfLabel: number[] = [];
  let cursor = 0;

  function insert(row: number): void {
    const label = graph.insert(rows.vectorOf(row));
    labelOfRow[row] = label;
    rowOfLabel[label] = row;
  }

  return {
    get cursor() {
      return cursor;
    },
    get slots() {
      return graph.slots;
    },
    get erased() {
      return graph.erased;
    },
    get bytes() {
      return graph.bytes + labelBytes * (labelOfRow.length + rowOfLabel.length);
    },
    advance() {
      insert(cursor);
      cursor += 1;
    },
    overwrite(row) {
      if (row < cursor) graph.replace(labelOfRow[row] as number, rows.vectorOf(row));
    },
    erase(row) {
      if (row >= cursor) return;
      const label = labelOfRow[row] as number;
      graph.erase(label);
      rowOfLabel[label] = -1;
    },
    moved({ freed, last }) {
      if (freed >= cursor) return;
      if (last >= cursor) {
        // The row that filled the gap was not in the graph yet, and every row below must be.
        insert(freed);
        return;
      }
      // Every row was in the graph: the last one keeps its label under its new number.
      const label = labelOfRow.pop() as number;
      cursor -= 1;
      if (freed === last) return;
      labelOfRow[freed] = label;
      rowOfLabel[label] = freed;
    },
    nearest(query, count, ef) {
      const labels = graph.nearest(query, count, ef);
      return labels.map((label) => rowOfLabel[label] as number);
    },
    free: () => graph.free(),
  };
}
