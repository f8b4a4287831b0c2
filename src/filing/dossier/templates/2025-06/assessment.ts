import { bounded, newBudget } from "../../bounded.js";
import { assessmentParts } from "../../gaps.js";
import { type Block, body, facts, heading } from "../../paper.js";
import type { Dossier } from "../../schema.js";
import { dayOf, names, orUnfilled, restOf, signature } from "./say.js";
import { triggerWords } from "./words.js";

/** In the words of Art. 9. */
const partWords = {
  lawfulness: "（一）人脸信息的处理目的、处理方式是否合法、正当、必要",
  impact: "（二）对个人权益带来的影响，以及降低不利影响的措施是否有效",
  risks:
    "（三）发生人脸信息泄露、篡改、丢失、毁损或者被非法获取、出售、使用的风险以及可能造成的危害",
  measures: "（四）所采取的保护措施是否合法、有效并与风险程度相适应",
} as const;

/** (5) 个人信息保护影响评估报告. */
export function assessmentBlocks({ assessments }: Dossier): readonly Block[] {
  if (assessments.length === 0) return [body(orUnfilled("")), sealed];
  const list = bounded(assessments, newBudget(), (of) => assessmentParts.map((part) => of[part]));
  return [...list.shown.flatMap(report), ...restOf(list), sealed];
}

const sealed = signature("", "评估负责人（签字）", "个人信息处理者（盖章）");

function report(assessment: Dossier["assessments"][number]): readonly Block[] {
  const { assessmentId, zoneIds, trigger, approver, approvedAt, validUntil } = assessment;
  const { documentSha256 } = assessment;
  return [
    heading(`评估报告 ${assessmentId}`),
    facts([
      ["覆盖区域", names(zoneIds)],
      ["评估事由", triggerWords[trigger]],
      ["批准人", orUnfilled(approver)],
      ["批准日期", approvedAt === null ? orUnfilled("") : dayOf(approvedAt)],
      ["有效期至", dayOf(validUntil)],
      ["签署文本的 SHA-256", orUnfilled(documentSha256)],
    ]),
    ...assessmentParts.flatMap((part) => [
      heading(partWords[part]),
      body(orUnfilled(assessment[part])),
    ]),
  ];
}
