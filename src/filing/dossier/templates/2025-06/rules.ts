import { type Budget, bounded, newBudget } from "../../bounded.js";
import { handlingParts } from "../../gaps.js";
import { type Block, body, facts, heading } from "../../paper.js";
import type { Dossier } from "../../schema.js";
import { handlingWords } from "./gaps.js";
import { dayOf, names, orUnfilled, restOf, signature } from "./say.js";
import { formatWords } from "./words.js";

/** (4) 人脸信息的处理规则和操作规程. */
export function ruleBlocks({ rules }: Dossier): readonly Block[] {
  return [
    ...handlingBlocks(rules.handling),
    ...minorBlocks(rules.minors),
    ...noticeBlocks(rules.notices, newBudget()),
    signature("", "个人信息处理者（盖章）"),
  ];
}

function handlingBlocks(handling: Dossier["rules"]["handling"]): readonly Block[] {
  if (handling === null) {
    return [heading("一、处理规则和操作规程"), body(orUnfilled(""))];
  }
  const rows = [
    ...handlingParts.map((part) => [handlingWords[part] ?? part, handling[part]] as const),
    ["入侵检测和防御", handling.intrusionDetection] as const,
  ];
  return [
    heading("一、处理规则和操作规程"),
    facts([
      ...rows.map(([label, text]) => [label, orUnfilled(text)] as const),
      ...approval(handling),
    ]),
  ];
}

interface Approved {
  readonly approver: string;
  readonly approvedAt: string;
  readonly documentSha256: string;
}

function approval({ approver, approvedAt, documentSha256 }: Approved) {
  return [
    ["批准人", orUnfilled(approver)],
    ["批准日期", dayOf(approvedAt)],
    ["签署文本的 SHA-256", documentSha256 === "" ? "（无）" : documentSha256],
  ] as const;
}

function minorBlocks(minors: Dossier["rules"]["minors"]): readonly Block[] {
  const title = heading("二、不满十四周岁未成年人人脸信息的专门处理规则（第七条第二款）");
  if (minors === null) {
    return [
      title,
      body(
        "未制定。系统据此拒绝存储不满十四周岁以及年龄不明人员的人脸信息；制定专门处理规则之前不处理此类信息。",
      ),
    ];
  }
  return [
    title,
    facts([
      ["存储", orUnfilled(minors.storage)],
      ["使用", orUnfilled(minors.use)],
      ["转移", orUnfilled(minors.transfer)],
      ["披露", orUnfilled(minors.disclosure)],
      ...approval(minors),
    ]),
  ];
}

type Notices = Dossier["rules"]["notices"];

/** In Chinese; other languages are named. */
function noticeBlocks(notices: Notices, budget: Budget): readonly Block[] {
  const list = bounded(notices, budget, ({ texts }) =>
    texts.filter(isChinese).flatMap((text) => Object.values(text)),
  );
  const title = heading("三、向个人告知的事项（第五条）");
  if (notices.length === 0) return [title, body(orUnfilled(""))];
  return [title, ...list.shown.flatMap(noticeFacts), ...restOf(list)];
}

function isChinese({ language }: { readonly language: string }): boolean {
  return /^zh\b/iu.test(language);
}

function noticeFacts(notice: Notices[number]): readonly Block[] {
  const { noticeId, version, zoneIds, publishedAt, accessibleFormats, texts } = notice;
  const others = texts.filter((text) => !isChinese(text)).map(({ language }) => language);
  const formats = accessibleFormats.map((format) => formatWords[format]);
  return [
    facts([
      ["告知", `${noticeId}，第 ${version} 版，${dayOf(publishedAt)}发布`],
      ["适用区域", names(zoneIds)],
      ["其他语言", others.length === 0 ? "无" : names(others)],
      ["无障碍形式", formats.length === 0 ? "无" : names(formats)],
      ...texts
        .filter(isChinese)
        .flatMap((text) => [
          ["（一）处理者和联系方式", orUnfilled(text.processor)] as const,
          ["（二）目的、方式和保存期限", orUnfilled(text.purposeMethodRetention)] as const,
          ["（三）必要性和影响", orUnfilled(text.necessityImpact)] as const,
          ["（四）行使权利的方式和程序", orUnfilled(text.rights)] as const,
          ["（五）其他事项", orUnfilled(text.other)] as const,
        ]),
    ]),
  ];
}
