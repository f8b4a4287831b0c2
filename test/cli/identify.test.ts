import { describe, expect, it } from "vitest";
import { invalidField } from "../../src/base/errors.js";
import { cordonWith } from "./harness.js";

const args = ["--zone", "z", "--camera", "c", "--gallery", "g"];

const face = (decision: string, candidates: object[] = []) => ({
  decision: `DECISION_${decision}`,
  box: { x: 1.4, y: 2, width: 3, height: 4 },
  quality: { acceptable: true },
  candidates,
});
const candidate = { personId: "p-1", score: 0.7412, externalReference: "林小雨" };

describe("cordon identify", () => {
  it("exits with 0 when there is a match, and shows who", async () => {
    const Identify = () => ({
      faces: [face("NO_MATCH"), face("MATCH", [candidate])],
      galleryPersons: 15,
      threshold: 0.5,
      reviewThreshold: 0.4,
      timings: { totalMs: 12.34 },
    });
    const { code, out } = await cordonWith({ Identify }, ["identify", "package.json", ...args]);
    expect(code).toBe(0);
    expect(out).toMatch(/1 {2}NO_MATCH\s+-\s+-/);
    expect(out).toMatch(/2 {2}MATCH\s+0\.741 {2}林小雨\s+p-1/);
    expect(out).toMatch(/15 persons searched, match from 0\.500, review from 0\.400/);
    expect(out).toMatch(/total 12\.3 ms/);
  });

  it("says why a person must look", async () => {
    const reviewReasons = ["REVIEW_REASON_BELOW_THRESHOLD", "REVIEW_REASON_QUALITY_POOR"];
    const Identify = () => ({ faces: [{ ...face("REVIEW", [candidate]), reviewReasons }] });
    const { out } = await cordonWith({ Identify }, ["identify", "package.json", ...args]);
    expect(out).toMatch(/REVIEW {4}BELOW_THRESHOLD, QUALITY_POOR {2}0\.741/);
  });

  it.each([
    ["no match", [face("NO_MATCH")]],
    ["one to review only", [face("REVIEW", [candidate])]],
    ["no face", []],
  ])("exits with 3 when there is %s", async (_what, faces) => {
    const run = await cordonWith({ Identify: () => ({ faces }) }, [
      "identify",
      "package.json",
      ...args,
    ]);
    expect(run.code).toBe(3);
  });

  it("goes on after a picture that is no picture, and exits with 1", async () => {
    const Identify = ({ image }: { image: Buffer }) => {
      if (image.toString().startsWith("{")) throw invalidField("image", "is no image");
      return { faces: [face("MATCH", [candidate])] };
    };
    const files = ["package.json", "buf.yaml"];
    const run = await cordonWith({ Identify }, ["identify", ...files, ...args]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/package\.json: error: image: is no image/);
    expect(run.out).toMatch(/buf\.yaml[\s\S]*MATCH/);
    const json = await cordonWith({ Identify }, ["identify", ...files, ...args, "--json"]);
    expect(JSON.parse(json.out)).toHaveLength(2);
  });

  it.each([
    ["in a folder that is not there", "no/such/folder/answer.png", /there is no folder no\/such/],
    ["in the place of a folder", "src", /^error: src: is a folder, not a file/],
  ])("asks nobody when the picture cannot be drawn %s", async (_where, file, why) => {
    let asked = 0;
    const Identify = () => {
      asked += 1;
      return { faces: [] };
    };
    const run = await cordonWith({ Identify }, ["identify", "buf.yaml", ...args, "--draw", file]);
    expect({ ...run, asked }).toMatchObject({ code: 1, out: "", asked: 0 });
    expect(run.err).toMatch(why);
  });

  it("is exit 1 when the picture cannot be drawn after all, and tells the answer first", async () => {
    const Identify = () => ({ faces: [face("MATCH", [candidate])] });
    const draw = ["--draw", "no-picture.png"];
    const run = await cordonWith({ Identify }, ["identify", "buf.yaml", ...args, ...draw]);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/MATCH/);
    expect(run.out).not.toMatch(/drawn/);
    expect(run.err).toMatch(/^error: /);
  });

  it("sends what was asked", async () => {
    let seen: unknown;
    const Identify = (request: object) => {
      seen = request;
      return { faces: [] };
    };
    const fix = ["--position", "-1,2", "--accuracy", "7.5", "--fix-time", "2026-01-01T00:00:00Z"];
    const more = ["--chip", "--top-k", "5", "--threshold", "0.75", ...fix];
    await cordonWith({ Identify }, ["identify", "buf.yaml", ...args, ...more]);
    expect(seen).toMatchObject({
      zoneId: "z",
      cameraId: "c",
      galleryId: "g",
      topK: 5,
      threshold: 0.75,
      probe: "faceChip",
      cameraFix: {
        position: { latitude: -1, longitude: 2 },
        accuracyM: 7.5,
        fixTime: { seconds: 1_767_225_600, nanos: 0 },
      },
    });
  });
});
