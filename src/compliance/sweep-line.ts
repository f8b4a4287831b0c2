import { orientation, type Segment } from "./plane.js";

/** An edge of a ring from its western to its eastern end (southern to northern when due north). */
export interface Edge extends Segment {
  /** Numbers of its corners, western first. */
  readonly start: number;
  readonly end: number;
  /** Number of its ring. */
  readonly ring: number;
  /** True when its ring, as it is written, runs from the western to the eastern end. */
  readonly eastward: boolean;
}

/** The edges on both sides of a place on the line. */
export interface Neighbours {
  readonly south: Edge | undefined;
  readonly north: Edge | undefined;
}

/** The edges that a line from south to north meets, in their order on it. */
export interface SweepLine {
  /**
   * Puts an edge on the line where its western end lies. Null, and nothing is done, when that lies
   * on another edge, or both run one way from a common start.
   */
  insert(edge: Edge): Neighbours | null;
  /** Takes an edge off that is on the line. */
  remove(edge: Edge): Neighbours;
}

/** Edges in one block: few enough that to move them costs less than to find their place. */
const BLOCK_EDGES_MAX = 128;

/**
 * An empty line. Its edges lie in short blocks, so that one that comes or goes moves few others:
 * all the teeth of a comb may be on the line at once.
 */
export function createSweepLine(): SweepLine {
  const blocks: Edge[][] = [[]];

  /** What lies beside the edges from `south`, exclusive, to `north`, exclusive, of a block. */
  function beside(block: number, south: number, north: number): Neighbours {
    const own = blocks[block] as Edge[];
    return {
      south: south < 0 ? blocks[block - 1]?.at(-1) : own[south],
      north: north < own.length ? own[north] : blocks[block + 1]?.[0],
    };
  }

  return {
    insert(edge) {
      const block = blockOf(blocks, edge, edge.x1, edge.y1);
      const own = blocks[block] as Edge[];
      const index = placeIn(own, edge, edge.x1, edge.y1);
      if (index < 0) return null;
      own.splice(index, 0, edge);
      const found = beside(block, index - 1, index + 1);
      if (own.length > BLOCK_EDGES_MAX) blocks.splice(block + 1, 0, own.splice(own.length >> 1));
      return found;
    },
    remove(edge) {
      const guess = blockOf(blocks, edge, edge.x2, edge.y2);
      // Where edges come so near one another that doubles cannot tell, the guess may be wrong.
      const block = blocks[guess]?.includes(edge)
        ? guess
        : blocks.findIndex((own) => own.includes(edge));
      const own = blocks[block] as Edge[];
      const index = own.indexOf(edge);
      own.splice(index, 1);
      const found = beside(block, index - 1, index);
      if (own.length === 0 && blocks.length > 1) blocks.splice(block, 1);
      return found;
    },
  };
}

/** The block that a place lies in, or at the end of. */
function blockOf(blocks: readonly Edge[][], edge: Edge, x: number, y: number): number {
  let [low, high] = [0, blocks.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const first = blocks[middle]?.[0] as Edge;
    if (first === edge || sideOf(first, edge, x, y) >= 0) low = middle;
    else high = middle;
  }
  return low;
}

/** How many edges lie south of a place; -1 when it lies on one. */
function placeIn(edges: readonly Edge[], edge: Edge, x: number, y: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const side = sideOf(edges[middle] as Edge, edge, x, y);
    if (side === 0) return -1;
    if (side > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Positive when an end of the edge lies north of another, or goes on there from a common start. */
function sideOf(other: Edge, edge: Edge, x: number, y: number): number {
  const { x1, y1, x2, y2 } = other;
  const side = orientation(x1, y1, x2, y2, x, y);
  if (side !== 0 || other.start !== edge.start) return side;
  return orientation(x1, y1, x2, y2, edge.x2, edge.y2);
}
