import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** The e2e test of the demo looks at the folders where reports would be kept. */
it.each(["pool", "sessions"])(
  "%s.ts turns ONNX Runtime's reports off before anything else",
  (name) => {
    const source = readFileSync(`src/vision/${name}.ts`, "utf8");
    expect(source.trimStart().startsWith('import "./no-telemetry.js";')).toBe(true);
  },
);
