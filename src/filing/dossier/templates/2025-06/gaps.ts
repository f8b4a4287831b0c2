/** What is missing, in Chinese. */
import { bounded, newBudget } from "../../bounded.js";
import { type Block, heading, table } from "../../paper.js";
import type { DossierGap, GapCode } from "../../schema.js";
import { number, restOf } from "./say.js";
import { ordinal } from "./words.js";

const gapWords: Readonly<Record<GapCode, (subject: string) => string>> = {
  OPERATOR: () => "个人信息处理者的全部基本情况",
  OPERATOR_NAME: () => "个人信息处理者名称",
  OPERATOR_CONTACT: () => "个人信息处理者联系方式",
  CREDIT_CODE: () => "统一社会信用代码",
  REGION: () => "所在地（省、自治区、直辖市）",
  LEGAL_REPRESENTATIVE: () => "法定代表人或者负责人",
  FILING_HANDLER: () => "备案经办人",
  SCENARIO: () => "启用的人脸信息采集区域（没有可以填报的应用场景）",
  NECESSITY: (zone) => `区域 ${zone} 的处理必要性`,
  METHOD: (zone) => `区域 ${zone} 的处理方式`,
  RETENTION: (zone) => `区域 ${zone} 的保存期限`,
  RANGE: (zone) => `区域 ${zone} 获准比对的人脸库（特定范围）`,
  AUDIT_UNCHECKED: () => "对全部审计记录的校验",
  AUDIT_BROKEN: () => "完整的审计记录（校验发现审计链已被破坏）",
  TRANSPORT: () => "传输加密（其他计算机可以不经 TLS 访问服务）",
  INTRUSION: () => "入侵检测和防御措施的说明",
  HANDLING_RULES: () => "人脸信息的处理规则和操作规程",
  HANDLING_PART: (part) => `处理规则中的“${handlingWords[part] ?? part}”`,
  HANDLING_APPROVER: () => "处理规则的批准人",
  NOTICE: (zone) => `对区域 ${zone} 有效的告知`,
  ASSESSMENT: (zone) => `覆盖区域 ${zone} 且有效的个人信息保护影响评估`,
  ASSESSMENT_PART: (part) => `影响评估的法定内容 ${part.replace(" of ", "，评估编号 ")}`,
};

/** Parts of the handling rules. */
export const handlingWords: Readonly<Record<string, string>> = {
  collection: "收集",
  storage: "存储",
  use: "使用",
  transfer: "传输和提供",
  deletion: "删除",
  authorisation: "权限管理和操作规程",
  incidentResponse: "安全事件应急处置",
};

export function gapWord({ code, subject, more }: DossierGap): string {
  const others = more > 0 ? `；另有同类 ${number(more)} 项` : "";
  return `${gapWords[code](subject)}${others}`;
}

/** A list of what is missing with the command that supplies it; nothing when nothing is. */
export function gapBlocks(gaps: readonly DossierGap[]): readonly Block[] {
  if (gaps.length === 0) return [];
  const rows = gaps.map((gap) => [ordinal(gap.material), gapWord(gap), gap.remedy]);
  const list = bounded(rows, newBudget(), (row) => row);
  const columns = [
    ["材料", 1],
    ["缺少的内容", 4],
    ["补正办法（命令）", 5.5],
  ] as const;
  return [heading("待补正事项"), table(columns, list.shown), ...restOf(list)];
}
