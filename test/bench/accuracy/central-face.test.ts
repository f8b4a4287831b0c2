import { describe, expect, it } from "vitest";
import { centralFace } from "../../../bench/accuracy/central-face.js";

const face = (x: number, y: number, size: number) => ({
  box: { x, y, width: size, height: size },
});

describe("centralFace()", () => {
  it("takes the face whose centre is nearest, not the largest", () => {
    const small = face(90, 90, 20);
    expect(centralFace([face(0, 0, 150), small], 200, 200)).toBe(small);
  });

  it("takes the first of two as near", () => {
    const first = face(40, 90, 20);
    expect(centralFace([first, face(140, 90, 20)], 200, 200)).toBe(first);
  });

  it("has no answer without faces", () => {
    expect(centralFace([], 200, 200)).toBeNull();
  });
});
