import { strFromU8, unzipSync } from "fflate";
import { afterEach, describe, expect, it } from "vitest";
import { buildDossier } from "../../src/filing/dossier/build.js";
import type { DossierInput } from "../../src/filing/dossier/input.js";
import { type DossierFile, renderDossier } from "../../src/filing/dossier/render.js";
import {
  isTemplateVersion,
  newestTemplateVersion,
  templateVersions,
} from "../../src/filing/dossier/templates/templates.js";
import { emptyInput, sampleInput } from "./dossier-sample.js";

const hostile = `</td><script>alert(1)</script>&amp;"'><!-- ]]> \u0000\u0008\u202e\ud800\ufffe`;

/** Every text that somebody types says this. */
function withEveryText(input: DossierInput, text: string): DossierInput {
  const typed = new Set(["name", "contact", "region", "displayName", "necessity", "method"]);
  for (const key of ["description", "approver", "headHash", "keyProvider", "role"]) typed.add(key);
  const rules = ["collection", "storage", "use", "transfer", "disclosure", "deletion", "rights"];
  const parts = [
    "lawfulness",
    "impact",
    "risks",
    "measures",
    "processor",
    "other",
    "documentSha256",
  ];
  const rest = ["authorisation", "incidentResponse", "intrusionDetection", "necessityImpact"];
  for (const key of [...rules, ...parts, ...rest, "purposeMethodRetention"]) typed.add(key);
  const replaced = JSON.parse(JSON.stringify(input), (key, value: unknown) =>
    typeof value === "string" && typed.has(key) ? text : value,
  ) as DossierInput;
  const officers = input.operator?.officers.map((of) => ({ ...of, name: text, contact: text }));
  const operator = replaced.operator && { ...replaced.operator, officers: officers ?? [] };
  return { ...replaced, operator };
}

async function html(input: DossierInput): Promise<string> {
  const [file] = await renderDossier(buildDossier(input), "html");
  return new TextDecoder("utf-8", { fatal: true }).decode(file?.bytes);
}

/** Tags of XML, or of HTML as we write it, that open and close one another. */
function expectWellFormed(text: string): void {
  const open: string[] = [];
  for (const [, close, name = "", self] of text.matchAll(/<(\/)?([\w:]+)[^<>]*?(\/)?>/gu)) {
    if (/^(meta|br|col)$/u.test(name) || self !== undefined) continue;
    if (close === undefined) open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
}

describe("the HTML of a dossier", () => {
  it("is one file that needs nothing else", async () => {
    const text = await html(sampleInput);
    expect(text).toMatch(/^<!doctype html>\n<html lang="zh-CN">/u);
    expect(text).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b/iu);
    expect(text).not.toMatch(/\b(src|href|srcset|action)=|url\(|@import/iu);
    expect(text).toContain("default-src 'none'");
    expectWellFormed(text.replace(/<style>.*<\/style>/su, ""));
  });

  it("prints on A4, a sheet from a page of its own, with the page's number", async () => {
    const text = await html(sampleInput);
    expect(text).toContain("size: A4 portrait");
    expect(text).toContain("counter(page)");
    expect(text.match(/<section/gu)).toHaveLength(6);
  });

  it("warns in what is repeated on each page, when it is incomplete alone", async () => {
    const warned = await html(emptyInput);
    const heads = warned.match(/<thead><tr><td><p class="warning">材料不完整，不得提交/gu);
    expect(heads).toHaveLength(6);
    expect(await html(sampleInput)).not.toContain("不得提交");
  });

  it("takes no text for anything but text", async () => {
    const plain = await html(withEveryText(sampleInput, "甲"));
    const attacked = await html(withEveryText(sampleInput, hostile));
    const tags = (text: string) => text.match(/<[^>]*>/gu);
    expect(tags(attacked)).toEqual(tags(plain));
    expect(attacked).not.toContain("<script");
    expect(attacked).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;");
    expect(attacked).toContain("〔U+0000 U+0008 U+202E U+D800 U+FFFE〕");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(attacked).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
  });

  it("says every statutory material and enclosure in the law's words", async () => {
    const text = await html(sampleInput);
    for (const words of [
      "个人信息处理者的基本情况",
      "人脸信息处理目的和处理方式",
      "人脸信息存储数量和安全保护措施",
      "人脸信息的处理规则和操作规程",
      "个人信息保护影响评估报告",
      "人脸识别技术应用情况备案表",
      "法定代表人或者负责人身份证件",
      "经办人授权委托书（加盖公章）",
      "承诺书（加盖公章）",
    ]) {
      expect(text).toContain(words);
    }
  });
});

describe("the DOCX of a dossier", () => {
  const zone = process.env["TZ"];
  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  const docx = (input: DossierInput) => renderDossier(buildDossier(input), "docx");
  const parts = (file: DossierFile | undefined) =>
    Object.entries(unzipSync(file?.bytes ?? new Uint8Array())).map(
      ([name, bytes]) => [name, strFromU8(bytes)] as const,
    );
  const documentOf = (file: DossierFile | undefined) =>
    Object.fromEntries(parts(file))["word/document.xml"] ?? "";

  it("has every part that it refers to, well formed", async () => {
    for (const file of await docx(sampleInput)) {
      const all = new Map(parts(file));
      for (const [name, text] of all) if (name.endsWith("xml")) expectWellFormed(text);
      const types = all.get("[Content_Types].xml") ?? "";
      for (const [, part = ""] of types.matchAll(/PartName="\/([^"]+)"/gu)) {
        expect([...all.keys()]).toContain(part);
      }
      for (const [, part = ""] of (all.get("word/_rels/document.xml.rels") ?? "").matchAll(
        /Target="([^"]+)"/gu,
      )) {
        expect([...all.keys()]).toContain(`word/${part}`);
      }
    }
  });

  it("names styles that there are", async () => {
    for (const file of await docx(emptyInput)) {
      const all = new Map(parts(file));
      const styles = all.get("word/styles.xml") ?? "";
      for (const name of ["word/document.xml", "word/header1.xml", "word/footer1.xml"]) {
        for (const [, style = ""] of (all.get(name) ?? "").matchAll(/Style w:val="(\w+)"/gu)) {
          expect(styles).toContain(`w:styleId="${style}"`);
        }
      }
    }
  });

  it("takes no text for anything but text, and holds nothing that XML forbids", async () => {
    const tags = (file: DossierFile | undefined) => documentOf(file).match(/<[^>]*>/gu);
    const plain = await docx(withEveryText(sampleInput, "甲"));
    for (const [at, file] of (await docx(withEveryText(sampleInput, hostile))).entries()) {
      expect(tags(file)).toEqual(tags(plain[at]));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(documentOf(file)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\ufffe\uffff]/u);
    }
  });

  it("warns in the header of each page, when it is incomplete alone", async () => {
    const headers = async (input: DossierInput) =>
      (await docx(input)).map((file) => new Map(parts(file)).get("word/header1.xml") ?? "");
    for (const of of await headers(emptyInput)) expect(of).toContain("材料不完整，不得提交");
    for (const of of await headers(sampleInput)) expect(of).not.toContain("不得提交");
  });

  it("is the same bytes wherever it is made", async () => {
    process.env["TZ"] = "Asia/Shanghai";
    const there = await docx(sampleInput);
    process.env["TZ"] = "America/New_York";
    const here = await docx(sampleInput);
    for (const [at, { bytes }] of here.entries()) {
      expect(Buffer.compare(bytes, there[at]?.bytes ?? Buffer.alloc(0))).toBe(0);
    }
  });
});

describe("the templates", () => {
  it("have versions, of which the newest is taken by default", async () => {
    expect(templateVersions).toContain(newestTemplateVersion);
    expect(isTemplateVersion("2025-06")).toBe(true);
    for (const version of ["2024-01", "", "__proto__", "toString"]) {
      expect(isTemplateVersion(version)).toBe(false);
    }
    expect(await html(sampleInput)).toContain(`模板版本：${newestTemplateVersion}`);
  });

  it("say what is filed: the filing, a change of it, or its end", async () => {
    const clock = sampleInput.filing.clocks[0];
    if (clock === undefined) throw new Error("the sample has a clock");
    const cover = (kind: "FILING" | "CHANGE" | "CANCELLATION") =>
      html({ ...sampleInput, filing: { ...sampleInput.filing, clocks: [{ ...clock, kind }] } });
    expect(await cover("CHANGE")).toContain("备案变更（备案信息发生实质性变更）");
    expect(await cover("CANCELLATION")).toContain("注销备案（终止应用人脸识别技术）");
    expect(await cover("FILING")).not.toContain("备案变更");
  });

  it("say that a deadline is provisional, and that the threshold is not reached", async () => {
    const [clock] = sampleInput.filing.clocks;
    const clocks = clock === undefined ? [] : [{ ...clock, provisional: true }];
    const provisional = { ...sampleInput.filing, clocks };
    expect(await html({ ...sampleInput, filing: provisional })).toContain("暂定");
    const before = { ...sampleInput.filing, reachedAtMs: null, clocks: [] };
    expect(await html({ ...sampleInput, filing: before })).toContain("尚未达到（预先准备）");
  });
});
