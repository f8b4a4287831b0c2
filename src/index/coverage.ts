import type { Graph } from "./graph.js";
import type { RowMove, Rows } from "./rows.js";

/**
 * A graph over some of a gallery's rows. Rows move when others are removed; labels do not: this
 * keeps the two in step. Every row below `cursor` is in the graph; what lies from there to the
 * end is searched by scanning until `advance` has put it in.
 */
export interface Coverage {
  readonly cursor: number;
  readonly dimension: number;
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
  /**
   * Writes the graph, vectors in the clear, to a file that only this process can read.
   * @returns the label of each row below the cursor
   */
  save(path: string): readonly number[];
  free(): void;
}

const labelBytes = 8;

/**
 * A graph over these rows.
 * @param graph empty, or the one that `labels` belong to
 * @param labels the label of each row that it has, in order
 * @throws RangeError when the labels cannot be those of the graph
 */
export function createCoverage(rows: Rows, graph: Graph, labels: readonly number[] = []): Coverage {
  /** One label for each row below the cursor. */
  const labelOfRow: number[] = [...labels];
  const rowOfLabel: number[] = new Array<number>(graph.slots).fill(-1);
  let cursor = labels.length;
  labels.forEach((label, row) => {
    if (rowOfLabel[label] !== -1) throw new RangeError("two rows have a label, or it has no slot");
    rowOfLabel[label] = row;
  });
  if (graph.slots - graph.erased !== cursor) throw new RangeError("a slot of a graph has no row");

  function insert(row: number): void {
    const label = graph.insert(rows.vectorOf(row));
    labelOfRow[row] = label;
    rowOfLabel[label] = row;
  }

  return {
    get cursor() {
      return cursor;
    },
    dimension: rows.dimension,
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
    save(path) {
      graph.save(path);
      return labelOfRow.slice(0, cursor);
    },
    free: () => graph.free(),
  };
}
