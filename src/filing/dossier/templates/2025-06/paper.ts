import type { Block, Paper, Sheet } from "../../paper.js";
import type { Dossier } from "../../schema.js";
import { assessmentBlocks } from "./assessment.js";
import { coverSheet } from "./cover.js";
import { gapBlocks } from "./gaps.js";
import { processorBlocks } from "./processor.js";
import { ruleBlocks } from "./rules.js";
import { momentOf, orUnfilled } from "./say.js";
import { scenarioBlocks } from "./scenarios.js";
import { securityBlocks } from "./security.js";
import { materialWords, ordinal } from "./words.js";

/** Characters of the operator's name at the top of each page. */
const HEADER_NAME_MAX = 30;

/** Version 2025-06: the materials in the order and the words of Art. 15, a document each. */
export function paper(dossier: Dossier): Paper {
  const name = Array.from(orUnfilled(dossier.processor?.name ?? ""));
  const short = name.slice(0, HEADER_NAME_MAX).join("");
  return {
    title: "人脸识别技术应用备案材料",
    header: `人脸识别技术应用备案材料　　${short}${name.length > HEADER_NAME_MAX ? "……" : ""}`,
    warning: dossier.complete ? null : "材料不完整，不得提交",
    footer: `生成时间：${momentOf(dossier.madeAt)}　模板版本：2025-06`,
    pageNumber: ["第 ", " 页　共 ", " 页"],
    sheets: [
      coverSheet(dossier),
      sheet(dossier, 1, processorBlocks(dossier)),
      { ...sheet(dossier, 2, scenarioBlocks(dossier)), landscape: true },
      sheet(dossier, 3, securityBlocks(dossier)),
      sheet(dossier, 4, ruleBlocks(dossier)),
      sheet(dossier, 5, assessmentBlocks(dossier)),
    ],
    madeAtMs: Date.parse(dossier.madeAt),
  };
}

function sheet(dossier: Dossier, material: number, blocks: readonly Block[]): Sheet {
  const title = materialWords[material - 1] ?? "";
  const gaps = dossier.gaps.filter((gap) => gap.material === material);
  return {
    name: `${material}-${title}`,
    title,
    subtitle: `《人脸识别技术应用安全管理办法》第十五条第一款第${ordinal(material)}项`,
    landscape: false,
    blocks: [...gapBlocks(gaps), ...blocks],
  };
}
