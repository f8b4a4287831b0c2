import { expect, it } from "vitest";
import { describeDossier } from "../../src/cli/filing-export-report.js";

const plain = (_style: string, text: string) => text;

it("cordon filing export tells what is missing once for each call that supplies it", () => {
  const remedy = "cordon notice publish --file NOTICE.yaml";
  const notices = Array.from({ length: 50 }, (_, at) => {
    const more = at === 49 ? 1_200 : 0;
    return { material: 4, what: `a notice in force for zone z${at}`, remedy, more };
  });
  const region = { material: 1, what: "the re\u001bgion", remedy: "cordon operator set", more: 0 };
  const gaps = [region, ...notices];
  const written = { complete: false, gaps, files: ["a.pdf"], templateVersion: "", folder: "d" };
  expect(describeDossier(written, plain)).toBe(
    [
      "1 file in d:",
      "  a.pdf",
      "",
      "incomplete: 1,251 things are missing, and every page says so",
      "",
      "  material 1  the re\ufffdgion",
      "    then: cordon operator set",
      "",
      "  material 4  a notice in force for zone z0",
      ...[1, 2, 3, 4].map((at) => `              a notice in force for zone z${at}`),
      "              and 1,245 more of this kind",
      `    then: ${remedy}`,
    ].join("\n"),
  );
});
