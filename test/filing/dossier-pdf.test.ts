import { beforeAll, describe, expect, it } from "vitest";
import { buildDossier } from "../../src/filing/dossier/build.js";
import type { DossierInput } from "../../src/filing/dossier/input.js";
import { renderPdf } from "../../src/filing/dossier/pdf.js";
import { type DossierFile, renderDossier } from "../../src/filing/dossier/render.js";
import { newestTemplateVersion, paperOf } from "../../src/filing/dossier/templates/templates.js";
import { type PdfText, readPdf } from "./dossier-pdf-text.js";
import { emptyInput, sampleAtMs, sampleInput, sampleZone } from "./dossier-sample.js";

function pdfs(input: DossierInput): Promise<readonly DossierFile[]> {
  return renderDossier(buildDossier(input), "pdf");
}

/** One sheet alone, which is quicker. */
async function pdf(input: DossierInput, sheet: number): Promise<PdfText> {
  const paper = paperOf(buildDossier(input), newestTemplateVersion);
  const [bytes] = await renderPdf({ ...paper, sheets: paper.sheets.slice(sheet, sheet + 1) });
  return readPdf(bytes ?? new Uint8Array());
}

/** What is read of a page, as if it had been drawn on one line. */
function flat({ pages }: PdfText): string {
  return pages.join("").replaceAll("\n", "");
}

describe("the PDF of a dossier", () => {
  let files: readonly DossierFile[] = [];
  let texts: readonly PdfText[] = [];
  beforeAll(async () => {
    files = await pdfs(sampleInput);
    texts = files.map(({ bytes }) => readPdf(bytes));
  });

  it("is one file for each statutory material, and a cover", () => {
    expect(files.map(({ name }) => name)).toEqual([
      "0-封面和材料清单.pdf",
      "1-个人信息处理者的基本情况.pdf",
      "2-人脸信息处理目的和处理方式.pdf",
      "3-人脸信息存储数量和安全保护措施.pdf",
      "4-人脸信息的处理规则和操作规程.pdf",
      "5-个人信息保护影响评估报告.pdf",
    ]);
  });

  it("holds Chinese as text that can be copied and searched", () => {
    const all = texts.map(flat);
    expect(all[0]).toContain("人脸识别技术应用备案材料");
    expect(all[0]).toContain("100,016 人");
    expect(all[0]).toContain("30 个工作日至 2026年12月31日");
    expect(all[1]).toContain("滨江文化广场管理有限公司");
    expect(all[1]).toContain("91310101MA1EXAMP0L");
    expect(all[2]).toContain("大型活动期间，法院裁定禁止入场的人");
    expect(all[3]).toContain("AES-256-GCM 认证加密");
    expect(all[4]).toContain("不通过互联网对外传输");
    expect(all[5]).toContain("（三）发生人脸信息泄露、篡改、丢失、毁损或者被非法获取、出售、使用");
    expect(all.join("")).not.toContain("\ufffd");
  });

  it("embeds a subset of the typeface, and no other", () => {
    for (const { fonts } of texts) {
      expect(fonts.length).toBeGreaterThan(0);
      for (const font of fonts) expect(font).toMatch(/^[A-Z]{6}\+NotoSansHans-(Regular|Bold)$/u);
    }
    for (const { bytes } of files) expect(bytes.length).toBeLessThan(400_000);
  });

  it("numbers the pages and dates them", () => {
    for (const { pages } of texts) {
      for (const [at, page] of pages.entries()) {
        expect(page).toContain(`第 ${at + 1} 页　共 ${pages.length} 页`);
        expect(page).toContain("生成时间：2026年11月22日 10:30（北京时间）");
      }
    }
  });

  it("has places for the seal, the signature and the date", () => {
    for (const text of texts) {
      expect(flat(text)).toContain("个人信息处理者（盖章）：");
      expect(flat(text)).toContain("日期：　　　　年　　月　　日");
    }
    expect(flat(texts[0] ?? { pages: [], fonts: [] })).toContain("法定代表人或者负责人（签字）：");
  });

  it("says nothing of being incomplete when it is complete", () => {
    expect(texts.map(flat).join("")).not.toContain("不得提交");
  });

  it("is the same bytes again", async () => {
    const paper = paperOf(buildDossier(sampleInput), newestTemplateVersion);
    const [again] = await renderPdf({ ...paper, sheets: paper.sheets.slice(3, 4) });
    expect(Buffer.compare(again ?? Buffer.alloc(0), files[3]?.bytes ?? Buffer.alloc(0))).toBe(0);
  });

  it("warns on every page of an incomplete one, and names the commands", async () => {
    const read = (await pdfs(emptyInput)).map(({ bytes }) => readPdf(bytes));
    for (const { pages } of read) {
      for (const page of pages) expect(page).toContain("材料不完整，不得提交");
    }
    const cover = flat(read[0] ?? { pages: [], fonts: [] });
    expect(cover).toContain("统一社会信用代码cordon operator set --file OPERATOR.yaml");
    expect(cover).toContain("cordon audit verify");
  });

  it("writes out what the typeface lacks, and what would turn the text around", async () => {
    const name = "甲\u202e公\ud800司😀محمد镕";
    const operator = sampleInput.operator && { ...sampleInput.operator, name };
    const text = flat(await pdf({ ...sampleInput, operator }, 1));
    expect(text).toContain("甲〔U+202E〕公〔U+D800〕司〔U+1F600 U+0645 U+062D U+0645 U+062F〕镕");
  });

  it("shows a text of 8,000 characters whole, over several pages", async () => {
    const collection = `始${"人脸信息，".repeat(1_599)}终`;
    const handlingRules = sampleInput.handlingRules && { ...sampleInput.handlingRules, collection };
    const read = await pdf({ ...sampleInput, handlingRules }, 4);
    expect(read.pages.length).toBeGreaterThan(4);
    expect(flat(read).split("人脸信息，").length - 1).toBeGreaterThan(1_500);
    expect(flat(read)).toContain("终");
  });

  it("prints so many of 10,000 zones, and says that the rest is in the JSON", async () => {
    const zones = Array.from({ length: 10_000 }, (_, at) => {
      const zoneId = `zone-${String(at).padStart(5, "0")}`;
      return { ...sampleZone, zoneId, necessity: "必要", method: "比对" };
    });
    const read = await pdf({ ...sampleInput, zones }, 2);
    expect(read.pages.length).toBeLessThan(100);
    expect(flat(read)).toContain("仅列示前 200 项，其余 9,800 项");
    expect(flat(read)).toContain("场景共 10,000 个");
    expect(flat(read)).toContain("zone-00199");
    expect(flat(read)).not.toContain("zone-00200");
  });

  it("is bounded too where every character is a line, or written out", async () => {
    for (const necessity of ["a\n".repeat(1_000), "😀".repeat(1_000)]) {
      const zones = Array.from({ length: 1_000 }, (_, at) => {
        return { ...sampleZone, zoneId: `zone-${at}`, necessity };
      });
      const read = await pdf({ ...sampleInput, zones }, 2);
      expect(read.pages.length).toBeLessThan(400);
      expect(flat(read)).toContain("项及全部内容见随附的 dossier.json");
    }
  });

  it("leaves no heading alone at the foot of a page", async () => {
    const paper = paperOf(buildDossier(sampleInput), newestTemplateVersion);
    const [first] = paper.sheets;
    if (first === undefined) throw new Error("no sheet");
    const columns = [{ title: "列", share: 1 }];
    const table = { kind: "table" as const, columns, rows: [["行\n".repeat(20)]] };
    const heading = { kind: "heading" as const, text: "标题" };
    // So much text above it that it comes to stand at the foot of the page, or at the next one's top.
    const sheets = Array.from({ length: 15 }, (_, at) => {
      const text = "文\n".repeat(25 + at);
      return {
        ...first,
        blocks: [{ kind: "text" as const, tone: "body" as const, text }, heading, table],
      };
    });
    for (const bytes of await renderPdf({ ...paper, sheets })) {
      const page = readPdf(bytes).pages.find((of) => of.includes("标题"));
      expect(page).toMatch(/标题\n列\n(?:行\n){8}/u);
    }
  });

  it("cuts the name at the top of each page to its width", async () => {
    const operator = sampleInput.operator && { ...sampleInput.operator, name: "😀".repeat(30) };
    const text = flat(await pdf({ ...sampleInput, operator }, 1));
    expect(text).toMatch(/人脸识别技术应用备案材料　　〔U\+1F600(?: U\+1F600){1,20}.{0,9}……/u);
  });

  it("is dated by the dossier alone", async () => {
    const cover = await pdf({ ...sampleInput, atMs: sampleAtMs + 86_400_000 }, 0);
    expect(flat(cover)).toContain("生成时间：2026年11月23日");
  });
});
