import { legible } from "./legible.js";

export const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const wordSpace =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ' +
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text for an element or a quoted attribute: nothing that XML 1.0 forbids is left in it. */
export function escapeXml(text: string): string {
  return legible(text).replace(/[&<>"]/gu, (character) => entities[character] ?? "");
}

/** A run; lines are parted by breaks. */
export function run(text: string): string {
  const pieces = escapeXml(text)
    .split("\n")
    .map((line) => `<w:t xml:space="preserve">${line}</w:t>`);
  return `<w:r>${pieces.join("<w:br/>")}</w:r>`;
}

export function paragraph(style: string, ...content: readonly string[]): string {
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr>${content.join("")}</w:p>`;
}

/** A number that the word processor fills in: PAGE or NUMPAGES. */
export function field(name: "PAGE" | "NUMPAGES"): string {
  return `<w:fldSimple w:instr=" ${name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>`;
}
