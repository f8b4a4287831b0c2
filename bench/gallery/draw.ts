import { type Random, seededRandom } from "../random.js";
import { embeddingShape } from "./embedding-shape.js";

export const DIMENSION = embeddingShape.dimension;

/** What kind of probe: of somebody enrolled, or of a stranger. */
export type ProbeKind = "mated" | "non-mated";

/**
 * Made-up faces of the default embedding's shape. Everything follows from the seed: a person comes
 * out the same whoever draws them, in whatever order.
 */
export interface FaceDrawer {
  /** Writes the enrolled image of a person: `DIMENSION` floats of unit length. */
  enrolled(person: number, into: Float32Array): void;
  /** Writes another image of the same person. @param image tells images of one person apart */
  probe(person: number, image: number, into: Float32Array): void;
  /** Writes an image of somebody who is never enrolled. */
  stranger(image: number, into: Float32Array): void;
}

/** Persons have their own seeds below this; strangers beyond. */
const STRANGERS_FROM = 2 ** 30;
const GOLDEN = 0x9e3779b1;

export function createFaceDrawer(seed: number): FaceDrawer {
  const person = new Float64Array(DIMENSION);
  function draw(id: number, image: number, into: Float32Array): void {
    drawPerson(normalsOf(seed, id, 0), person);
    drawImage(person, normalsOf(seed, id, image + 1), into);
  }
  return {
    enrolled: (id, into) => draw(id, 0, into),
    probe: (id, image, into) => draw(id, image + 1, into),
    stranger: (image, into) => draw(STRANGERS_FROM + image, 0, into),
  };
}

const deviations = {
  between: embeddingShape.between.map(Math.sqrt),
  within: embeddingShape.within.map(Math.sqrt),
};

function drawPerson(normal: () => number, into: Float64Array): void {
  for (let at = 0; at < DIMENSION; at++) {
    const spread = deviations.between[at] as number;
    into[at] = (embeddingShape.mean[at] as number) + spread * normal();
  }
}

function drawImage(person: Float64Array, normal: () => number, into: Float32Array): void {
  let squares = 0;
  for (let at = 0; at < DIMENSION; at++) {
    const value = (person[at] as number) + (deviations.within[at] as number) * normal();
    into[at] = value;
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  for (let at = 0; at < DIMENSION; at++) into[at] = (into[at] as number) / norm;
}

/** Standard normal numbers in pairs (Box and Muller, 1958). */
function normalsOf(seed: number, id: number, image: number): () => number {
  const random: Random = seededRandom(Math.imul(seed ^ id, GOLDEN) ^ Math.imul(image, 0x85ebca6b));
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
