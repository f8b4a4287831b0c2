import hnswlib, { type HierarchicalNSW } from "hnswlib-node";
import { type GraphFileFacts, type GraphShape, isGraphFile } from "./graph-file.js";
import { createGaussian, createUniform, randomUnit } from "./random.js";

/** Slots of a new graph; it doubles from there. */
const initialCapacity = 1_024;
/** Of a slot, beside its vector and its lowest links: label, lock, levels and lookup. */
const slotBytes = 112;
/** Same seed, same graph from the same insertions: what was measured can be measured again. */
const levelSeed = 100;

/**
 * One HNSW graph of unit vectors by inner product. hnswlib-node ends the process on a value that
 * is not a number, takes only plain arrays and cuts labels to 32 bits, so this is the one file
 * that speaks to it: vectors come as float32 (always numbers) of the right length, labels are
 * counted here.
 */
export interface Graph {
  /** Slots in use, erased ones among them. Labels are 0 to `slots` - 1. */
  readonly slots: number;
  readonly erased: number;
  /** Memory held, an estimate: the native library does not say. */
  readonly bytes: number;
  /** Adds a vector and returns its label. */
  insert(vector: Float32Array): number;
  /** Gives a label another vector. */
  replace(label: number, vector: Float32Array): void;
  /**
   * Overwrites the label's vector with a random one, in the graph's own memory, and hides it from
   * searches. Its slot stays as a signpost until the graph is rebuilt. (hnswlib's own markDelete
   * sets a flag and keeps the vector.)
   */
  erase(label: number): void;
  /**
   * Labels of about the `count` nearest, fewer when the graph does not reach that many.
   * @param ef candidates kept while searching: recall against time
   */
  nearest(query: ArrayLike<number>, count: number, ef: number): readonly number[];
  /** Writes the graph, vectors in the clear, to a file that only this process can read. */
  save(path: string): void;
  /** Gives the memory back at once, without waiting for the garbage collector. */
  free(): void;
}

/** The native library, where it is loaded. */
export interface GraphLibrary {
  /** An empty graph with room for `capacity` vectors before it has to grow. */
  create(dimension: number, shape: GraphShape, capacity: number): Graph;
  /**
   * The graph that `save` has written to this file.
   * @param erased slots of it that are erased
   * @throws Error when the file cannot be of such a graph
   */
  load(path: string, facts: GraphFileFacts, erased: number): Graph;
}

export const graphLibrary: GraphLibrary = {
  create(dimension, shape, capacity) {
    const native = new hnswlib.HierarchicalNSW("ip", dimension);
    const room = Math.max(initialCapacity, capacity);
    native.initIndex(room, shape.m, shape.efConstruction, levelSeed);
    return graphOf(native, dimension, shape, { slots: 0, erased: 0 });
  },
  load(path, facts, erased) {
    // Checked first: what the library takes for a graph can end the process.
    if (!isGraphFile(path, facts)) throw new Error("a file holds no graph of this gallery");
    const { dimension, shape, slots } = facts;
    const native = new hnswlib.HierarchicalNSW("ip", dimension);
    native.readIndexSync(path);
    if (native.getCurrentCount() !== slots) throw new Error("a graph has not all of its slots");
    return graphOf(native, dimension, shape, { slots, erased });
  },
};

function graphOf(
  native: HierarchicalNSW,
  dimension: number,
  shape: GraphShape,
  filled: { readonly slots: number; readonly erased: number },
): Graph {
  const { m, efConstruction } = shape;
  let room = native.getMaxElements();
  const scratch = new Array<number>(dimension).fill(0.5);
  let { slots, erased } = filled;
  const random = createGaussian(createUniform(levelSeed + slots));
  let efNow = 0;

  function load(vector: ArrayLike<number>): number[] {
    for (let i = 0; i < dimension; i += 1) scratch[i] = vector[i] as number;
    return scratch;
  }

  function put(vector: ArrayLike<number>, label: number): void {
    native.addPoint(load(vector), label);
    scratch.fill(0.5);
  }

  return {
    get slots() {
      return slots;
    },
    get erased() {
      return erased;
    },
    get bytes() {
      return room * (dimension * 4 + m * 8 + slotBytes);
    },
    insert(vector) {
      if (slots === room) {
        room *= 2;
        native.resizeIndex(room);
      }
      put(vector, slots);
      slots += 1;
      return slots - 1;
    },
    replace: (label, vector) => put(vector, label),
    erase(label) {
      // As far from any face as another face is.
      put(randomUnit(dimension, random), label);
      native.markDelete(label);
      erased += 1;
    },
    nearest(query, count, ef) {
      if (slots === erased) return [];
      if (ef !== efNow) {
        native.setEf(ef);
        efNow = ef;
      }
      const wanted = Math.min(count, slots - erased);
      const { neighbors } = native.searchKnn(load(query), wanted);
      scratch.fill(0.5);
      return neighbors;
    },
    save: (path) => native.writeIndexSync(path),
    free() {
      // Frees the old graph; what is left holds one slot and no vector.
      native.initIndex(1, m, efConstruction, levelSeed);
      room = 1;
      slots = 0;
      erased = 0;
    },
  };
}
