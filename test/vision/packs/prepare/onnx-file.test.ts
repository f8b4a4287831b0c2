import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultModelsDir, defaultPack } from "../../../../src/vision/packs/models-dir.js";
import {
  readOnnx,
  readOnnxSignature,
  writeOnnx,
} from "../../../../src/vision/packs/prepare/onnx-file.js";
import { tinyEmbedder } from "../fixtures.js";

const sources = join(defaultModelsDir(), defaultPack, "source");

describe("readOnnx() and writeOnnx()", () => {
  test.each(["fr_detect", "fr_landmark", "fr_feature", "fr_liveness"])(
    "give back %s.onnx bit for bit",
    (name) => {
      const bytes = readFileSync(join(sources, `${name}.onnx`));
      expect(Buffer.compare(writeOnnx(readOnnx(bytes)), bytes)).toBe(0);
    },
  );

  test("refuse a field that they would lose", () => {
    const unknown = Buffer.from([0x9a, 0x06, 0x01, 0x00]); // field 99 of ModelProto, one byte
    expect(() => readOnnx(Buffer.concat([tinyEmbedder(), unknown]))).toThrow(
      "ModelProto has an unknown field 99",
    );
  });

  test("refuse what is no model, and never hang or crash on it", () => {
    expect(() => readOnnx(new Uint8Array())).toThrow("not a readable ONNX model");
    expect(() => readOnnx(Buffer.from("<html></html>"))).toThrow("not a readable ONNX model");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readOnnx(bytes)).toThrow("not a readable ONNX model");
      }),
    );
  });

  test("refuse a model that is cut short anywhere", () => {
    const bytes = tinyEmbedder();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        const cut = () => writeOnnx(readOnnx(bytes.subarray(0, length)));
        try {
          // A cut between two fields leaves a shorter model, which is then written as it is.
          expect(Buffer.compare(cut(), bytes.subarray(0, length))).toBe(0);
        } catch (thrown) {
          expect((thrown as Error).message).toContain("not a readable ONNX model");
        }
      }),
    );
  });
});

describe("readOnnxSignature()", () => {
  test("gives inputs and outputs without the weights", () => {
    const { input, output } = readOnnxSignature(tinyEmbedder());
    expect(input.map(({ name }) => name)).toEqual(["data"]);
    expect(output.map(({ name }) => name)).toEqual(["fc1"]);
  });
});
