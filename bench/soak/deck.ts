import type { Operation } from "../load/task.js";

/** How many of each operation in a hundred: cameras that mostly ask, and a roster that changes. */
export const mix: Readonly<Record<Operation, number>> = {
  embedding: 78,
  frame: 20,
  enrol: 1,
  erase: 1,
};

/** The operations of a mix, each spread evenly over the whole. */
export function deckOf(counts: Readonly<Record<Operation, number>>): Operation[] {
  const places = Object.entries(counts).flatMap(([operation, count]) =>
    Array.from({ length: count }, (_, at) => ({
      operation: operation as Operation,
      place: (at + 0.5) / count,
    })),
  );
  return places.toSorted((a, b) => a.place - b.place).map(({ operation }) => operation);
}
