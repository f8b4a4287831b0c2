import { type Block, facts, heading, table } from "../../paper.js";
import type { Dossier } from "../../schema.js";
import { orUnfilled, signature } from "./say.js";
import { officerWords } from "./words.js";

/** (1) 个人信息处理者的基本情况. */
export function processorBlocks({ processor }: Dossier): readonly Block[] {
  const known = processor ?? { name: "", contact: "", unifiedSocialCreditCode: "", region: "" };
  return [
    heading("一、主体信息"),
    facts([
      ["名称", orUnfilled(known.name)],
      ["统一社会信用代码", orUnfilled(known.unifiedSocialCreditCode)],
      ["所在地", orUnfilled(known.region)],
      ["联系方式", orUnfilled(known.contact)],
    ]),
    heading("二、相关人员"),
    officers(processor?.officers ?? []),
    signature("", "个人信息处理者（盖章）"),
  ];
}

type Officers = NonNullable<Dossier["processor"]>["officers"];

/** A row at least for each role. */
function officers(all: Officers): Block {
  const roles = ["LEGAL_REPRESENTATIVE", "DATA_PROTECTION_OFFICER", "FILING_HANDLER"] as const;
  const rows = roles.flatMap((role) => {
    const of = all.filter((officer) => officer.role === role);
    const listed = of.length > 0 ? of : [{ name: "", contact: "" }];
    return listed.map(({ name, contact }) => [
      officerWords[role],
      orUnfilled(name),
      orUnfilled(contact),
    ]);
  });
  return table(
    [
      ["职责", 3],
      ["姓名", 3],
      ["联系方式", 5],
    ],
    rows,
  );
}
