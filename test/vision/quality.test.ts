import { describe, expect, it } from "vitest";
import { estimatePose } from "../../src/vision/pose.js";
import {
  judgeQuality,
  laplacianVariance,
  qualityDefaults,
  shareOutside,
} from "../../src/vision/quality.js";

/** Five points of the average head, turned (degrees) and projected; y down, z away. */
function project(yaw: number, pitch: number, roll: number) {
  const [cy, sy] = [Math.cos((yaw * Math.PI) / 180), Math.sin((yaw * Math.PI) / 180)];
  const [cp, sp] = [Math.cos((pitch * Math.PI) / 180), Math.sin((pitch * Math.PI) / 180)];
  const [cr, sr] = [Math.cos((roll * Math.PI) / 180), Math.sin((roll * Math.PI) / 180)];
  const head: ReadonlyArray<readonly [number, number, number]> = [
    [-31, -36, 30],
    [31, -36, 30],
    [0, 0, 0],
    [-26, 37, 24],
    [26, 37, 24],
  ];
  return head.map(([x, y, z]) => {
    // Pitch about x (chin forward when up), then yaw about y, then roll in the image.
    const [y1, z1] = [y * cp + z * sp, -y * sp + z * cp];
    const [x2, y2] = [x * cy - z1 * sy, y1];
    return { x: 300 + 2 * (x2 * cr - y2 * sr), y: 200 + 2 * (x2 * sr + y2 * cr) };
  });
}

const chip = (value: (i: number) => number) => ({
  width: 112,
  height: 112,
  data: Float32Array.from({ length: 112 * 112 * 3 }, (_, i) => value(Math.floor(i / 3))),
});
const textured = chip((i) => 127 + 40 * Math.sin(i * 1.7) + 20 * Math.cos(i * 0.3));

function judge(change: Partial<Parameters<typeof judgeQuality>[0]>) {
  const good = {
    chip: textured,
    detectorScore: 0.99,
    points: project(0, 0, 0),
    eyeDistancePx: 60,
    cutShare: 0,
  };
  return judgeQuality({ ...good, ...change }, qualityDefaults);
}

describe("estimatePose()", () => {
  for (const [yaw, pitch, roll] of [
    [0, 0, 0],
    [30, 0, 0],
    [-30, 0, 0],
    [0, 20, 0],
    [0, -20, 0],
    [0, 0, 40],
    [0, 0, -75],
    [25, 15, 20],
    [-40, -10, -15],
  ] as const) {
    it(`finds yaw ${yaw}, pitch ${pitch}, roll ${roll} of the average head`, () => {
      const pose = estimatePose(project(yaw, pitch, roll));
      expect(Math.abs(pose.yawDegrees - yaw)).toBeLessThan(6);
      expect(Math.abs(pose.pitchDegrees - pitch)).toBeLessThan(6);
      expect(Math.abs(pose.rollDegrees - roll)).toBeLessThan(8);
    });
  }

  it("gives finite angles for points that are one point", () => {
    const pose = estimatePose(Array.from({ length: 5 }, () => ({ x: 7, y: 7 })));
    expect(Object.values(pose).every(Number.isFinite)).toBe(true);
  });
});

describe("judgeQuality()", () => {
  it("accepts a good face", () => {
    expect(judge({})).toMatchObject({ acceptable: true, reasons: [] });
  });

  it("names each fault by its reason", () => {
    expect(judge({ eyeDistancePx: 5 }).reasons).toEqual(["TOO_SMALL"]);
    expect(judge({ detectorScore: 0.1 }).reasons).toEqual(["DETECTOR_UNSURE"]);
    expect(judge({ cutShare: 0.6 }).reasons).toEqual(["CUT_BY_FRAME"]);
    expect(judge({ points: project(75, 0, 0) }).reasons).toEqual(["POSE_EXTREME"]);
    expect(judge({ points: project(0, 0, 120) }).reasons).toEqual(["POSE_EXTREME"]);
    expect(judge({ chip: chip((i) => 128 + (i % 112) / 4) }).reasons).toEqual(["BLURRED"]);
    expect(judge({ chip: chip((i) => 8 + 8 * Math.sin(i * 1.7)) }).reasons).toEqual(["TOO_DARK"]);
    expect(judge({ chip: chip((i) => 246 + 8 * Math.sin(i * 1.7)) }).reasons).toEqual([
      "TOO_BRIGHT",
    ]);
  });

  it("names all faults at once, and is then not acceptable", () => {
    const verdict = judge({ eyeDistancePx: 1, detectorScore: 0, chip: chip(() => 0) });
    expect(verdict.acceptable).toBe(false);
    expect(verdict.reasons).toEqual(["TOO_SMALL", "BLURRED", "TOO_DARK", "DETECTOR_UNSURE"]);
  });

  it("measures brightness as luma and sharpness as more where there is more detail", () => {
    expect(judge({ chip: chip(() => 100) }).brightness).toBeCloseTo(100, 3);
    const soft = chip((i) => 127 + 20 * Math.sin(i * 0.3));
    expect(judge({}).sharpness).toBeGreaterThan(judge({ chip: soft }).sharpness);
  });
});

describe("measures", () => {
  it("laplacianVariance() is 0 for an even or a tiny picture", () => {
    expect(laplacianVariance(new Float32Array(25).fill(9), 5, 5)).toBe(0);
    expect(laplacianVariance(new Float32Array(4), 2, 2)).toBe(0);
  });

  it("shareOutside() is the part of a box beyond the frame", () => {
    expect(shareOutside({ x: 10, y: 10, width: 20, height: 20 }, 100, 100)).toBe(0);
    expect(shareOutside({ x: -10, y: 0, width: 20, height: 20 }, 100, 100)).toBe(0.5);
    expect(shareOutside({ x: 500, y: 0, width: 20, height: 20 }, 100, 100)).toBe(1);
  });
});
