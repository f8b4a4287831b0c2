import { type Block, facts, heading, note, type Sheet, table } from "../../paper.js";
import type { Dossier } from "../../schema.js";
import { gapBlocks } from "./gaps.js";
import { chineseDay, dayOf, momentOf, number, orUnfilled, signature } from "./say.js";
import { enclosureWords, materialWords, ordinal } from "./words.js";

/** The cover, with the checklist. */
export function coverSheet(dossier: Dossier): Sheet {
  return {
    name: "0-封面和材料清单",
    title: "人脸识别技术应用备案材料",
    subtitle: "依据《人脸识别技术应用安全管理办法》第十五条",
    landscape: false,
    blocks: [
      facts(coverFacts(dossier)),
      heading("一、法定材料"),
      materials(dossier),
      heading("二、备案系统所需附件核对表"),
      enclosures(dossier),
      note(
        "“本套材料”指可据以填报的在案内容；“另附”指系统不保存的证件、文书，由经办人备齐后在“□”内打“√”。" +
          "网信部门的表式以其备案系统届时提供的为准。",
      ),
      signature(
        "本单位对所提交材料的真实性、准确性、完整性负责。",
        "个人信息处理者（盖章）",
        "法定代表人或者负责人（签字）",
        "备案经办人（签字）",
      ),
      ...gapBlocks(dossier.gaps),
    ],
  };
}

function coverFacts({ processor, filing, stored, complete, gaps }: Dossier) {
  const region = orUnfilled(processor?.region ?? "");
  const { reachedAt, threshold } = filing;
  const status = complete ? "完整" : `不完整，待补正事项 ${number(openGaps(gaps))} 项，不得提交`;
  return [
    ["个人信息处理者", orUnfilled(processor?.name ?? "")],
    ["统一社会信用代码", orUnfilled(processor?.unifiedSocialCreditCode ?? "")],
    ["所在地", region],
    ["受理机关", "所在地省级以上网信部门"],
    ["备案事项", occasionOf(filing)],
    [
      "存储数量",
      `${number(stored.persons)} 人（截至 ${momentOf(stored.countedAt)}，按自然人去重统计）`,
    ],
    [
      `达到 ${number(threshold)} 人之日`,
      reachedAt === null ? "尚未达到（预先准备）" : dayOf(reachedAt),
    ],
    ["办理期限", deadlineOf(filing)],
    ["材料状态", status],
  ] as const;
}

function openGaps(gaps: Dossier["gaps"]): number {
  return gaps.reduce((sum, { more }) => sum + 1 + more, 0);
}

function occasionOf({ clocks }: Dossier["filing"]): string {
  const running = clocks.filter(({ running }) => running).map(({ kind }) => kind);
  if (running.includes("CANCELLATION")) return "注销备案（终止应用人脸识别技术）";
  if (running.includes("FILING")) return "备案";
  if (running.includes("CHANGE")) return "备案变更（备案信息发生实质性变更）";
  return "备案";
}

function deadlineOf({ clocks }: Dossier["filing"]): string {
  const running = clocks.filter(({ running }) => running);
  if (running.length === 0) return "目前没有正在计算的期限";
  return running
    .map(({ kind, startDay, deadlineDay, provisional }) => {
      const from = `${chineseDay(startDay)}${startWords[kind]}`;
      const tentative = provisional ? "（暂定：所涉年度的节假日安排尚未载入）" : "";
      return `${from}，30 个工作日至 ${chineseDay(deadlineDay)}${tentative}`;
    })
    .join("\n");
}

const startWords = {
  FILING: "达到数量",
  CHANGE: "发生实质性变更",
  CANCELLATION: "终止应用",
} as const;

function materials({ gaps }: Dossier): Block {
  const rows = materialWords.map((title, place) => {
    const open = openGaps(gaps.filter(({ material }) => material === place + 1));
    const state = open === 0 ? "完整" : `缺 ${number(open)} 项`;
    return [ordinal(place + 1), title, `${place + 1}-${title}`, state];
  });
  return table(
    [
      ["项", 1.4],
      ["材料", 5],
      ["文件", 5],
      ["状态", 2],
    ],
    rows,
  );
}

function enclosures(dossier: Dossier): Block {
  const rows = dossier.enclosures.map(({ enclosure, materials, state }, place) => [
    String(place + 1),
    enclosureWords[enclosure],
    materials.length > 0 ? `本套材料${materials.map(ordinal).join("")}` : "另附",
    state === "INCOMPLETE" ? "缺相关在案内容" : "",
    "□",
  ]);
  return table(
    [
      ["序号", 1],
      ["附件", 5],
      ["来源", 4.2],
      ["备注", 2.6],
      ["已备", 1],
    ],
    rows,
  );
}
