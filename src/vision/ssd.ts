import type { Detection } from "./nms.js";
import type { DetectorSpec } from "./packs/sections.js";
import { makePriors, type Priors } from "./priors.js";
import { type Pixels, wipe } from "./raster.js";
import { outputNamed, type Session } from "./sessions.js";
import { channelCount, tensorShape, writeTensor } from "./tensor.js";

/**
 * The bare detector: pictures of one size in, boxes in their pixels out, overlaps and all.
 * Mirrored, it sees each picture's mirror image, and answers in the picture's pixels all the same.
 */
export interface Ssd {
  run(pictures: readonly Pixels[], scoreMin: number, mirrored?: boolean): Promise<Detection[][]>;
}

/** Anchors are the same for every picture of a size, and a camera sends one size for ever. */
const priorSetsMax = 8;

/** exp() of more than this would be a box beyond any picture. */
const sizeExponentMax = 8;

/** SSD decoding (Liu et al., ECCV 2016): offsets scaled by variances, sizes as exponents. */
function decodeBoxes(
  scores: Float32Array,
  locations: Float32Array,
  priors: Priors,
  spec: DetectorSpec,
  scoreMin: number,
): Detection[] {
  const { centre, size } = spec.variances;
  const found: Detection[] = [];
  for (let i = 0; i < priors.count; i += 1) {
    const score = scores[i * 2 + 1] ?? 0;
    if (!(score >= scoreMin)) continue;
    const side = priors.values[i * 3 + 2] ?? 0;
    const [dx = 0, dy = 0, dw = 0, dh = 0] = locations.subarray(i * 4, i * 4 + 4);
    const width = side * Math.exp(Math.min(sizeExponentMax, dw * size));
    const height = side * Math.exp(Math.min(sizeExponentMax, dh * size));
    const x = (priors.values[i * 3] ?? 0) + dx * centre * side - width / 2;
    const y = (priors.values[i * 3 + 1] ?? 0) + dy * centre * side - height / 2;
    if ([x, y, width, height].every(Number.isFinite)) {
      found.push({ box: { x, y, width, height }, score });
    }
  }
  return found;
}

function mirror({ box, score }: Detection, width: number): Detection {
  return { box: { ...box, x: width - box.x - box.width }, score };
}

/** A detector of the RFB-SSD family; its input may have any size. */
export function makeSsd(session: Session, spec: DetectorSpec): Ssd {
  const priorSets = new Map<string, Priors>();

  function priorsFor(width: number, height: number): Priors {
    const key = `${width}x${height}`;
    const known = priorSets.get(key);
    if (known !== undefined) return known;
    const priors = makePriors(width, height, spec);
    const oldest = priorSets.keys().next().value;
    if (priorSets.size >= priorSetsMax && oldest !== undefined) priorSets.delete(oldest);
    priorSets.set(key, priors);
    return priors;
  }

  return {
    async run(pictures, scoreMin, mirrored = false) {
      const [first] = pictures;
      if (first === undefined) return [];
      const { width, height } = first;
      const floats = channelCount(spec.input) * width * height;
      const values = new Float32Array(pictures.length * floats);
      pictures.forEach((picture, i) => {
        writeTensor(spec.input, picture, values, i * floats, mirrored);
      });
      const shape = tensorShape(spec.input, pictures.length, width, height);
      const outputs = await session.run(spec.input.tensor, values, shape);
      wipe(values);
      const scores = outputNamed(outputs, spec.outputs.scores).values;
      const locations = outputNamed(outputs, spec.outputs.locations).values;
      const priors = priorsFor(width, height);
      const { count } = priors;
      if (scores.length !== pictures.length * count * 2) {
        throw new Error(`the detector gave ${scores.length / 2} scores for ${count} anchors`);
      }
      return pictures.map((_, i) => {
        const own = scores.subarray(i * count * 2, (i + 1) * count * 2);
        const ownLocations = locations.subarray(i * count * 4, (i + 1) * count * 4);
        const found = decodeBoxes(own, ownLocations, priors, spec, scoreMin);
        return mirrored ? found.map((detection) => mirror(detection, width)) : found;
      });
    },
  };
}
