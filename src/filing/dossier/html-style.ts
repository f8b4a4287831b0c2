import { legible } from "./legible.js";
import type { Paper } from "./paper.js";

/**
 * A4 with a header and a footer on each page. Browsers that know margin boxes (CSS Paged Media 3)
 * print the page numbers too; in the others the fixed warning is on every page all the same.
 */
export function htmlStyle(paper: Paper): string {
  const [before, between, after] = paper.pageNumber;
  const warned = paper.warning === null ? "" : `${paper.warning}　　`;
  return `
@page {
  size: A4 portrait;
  margin: 26mm 20mm 22mm 24mm;
  @top-center { content: ${quoted(warned + paper.header)}; font: 9pt "Songti SC", SimSun, serif; }
  @bottom-left { content: ${quoted(paper.footer)}; font: 8pt "Songti SC", SimSun, serif; }
  @bottom-right {
    content: ${quoted(before)} counter(page) ${quoted(between)} counter(pages) ${quoted(after)};
    font: 8pt "Songti SC", SimSun, serif;
  }
}
@page wide { size: A4 landscape; margin: 24mm 18mm 20mm; }
* { box-sizing: border-box; }
body {
  margin: 0; color: #000; background: #fff;
  font: 11pt/1.6 "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif;
}
section { max-width: 210mm; margin: 0 auto; padding: 16mm 18mm; }
section.wide { max-width: 297mm; }
h1, h2, th, .warning, .gap {
  font-family: "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC", SimHei, sans-serif;
}
h1 { margin: 6mm 0 1mm; font-size: 20pt; text-align: center; }
h2 { margin: 6mm 0 2mm; font-size: 12.5pt; break-after: avoid; }
p { margin: 0 0 2mm; overflow-wrap: anywhere; }
p.body { text-indent: 2em; }
p.note, header, footer { font-size: 9pt; color: #333; }
p.subtitle { margin-bottom: 6mm; text-align: center; }
header, footer { padding: 1mm 0; text-align: center; }
table { width: 100%; margin: 0 0 4mm; border-collapse: collapse; table-layout: fixed; }
thead { display: table-header-group; }
th, td {
  padding: 1.4mm 2mm; border: 0.6pt solid #000; font-size: 10pt; text-align: left;
  vertical-align: top; overflow-wrap: anywhere;
}
th { font-weight: 600; background: #f2f2f2; }
.facts th { width: 27%; }
.signature { margin: 14mm 0 0 auto; width: 96mm; break-inside: avoid; }
.signature p { margin-bottom: 7mm; }
.warning, .gap { font-weight: 700; text-align: center; color: #b00000; }
.warning {
  position: fixed; top: 0; left: 0; right: 0; z-index: 1; margin: 0; padding: 1mm;
  border: 1.2pt solid #b00000; background: #fff;
}
@media screen {
  body { background: #e8e8e8; }
  section { margin: 12mm auto; background: #fff; box-shadow: 0 0 3mm #999; }
}
@media print {
  section { max-width: none; padding: 0; break-before: page; }
  section:first-of-type { break-before: auto; }
  section.wide { page: wide; }
  section > header, section > footer, .gap { display: none; }
  .warning { top: -18mm; }
}
`;
}

/** A string of CSS: nothing in it ends the string, the rule or the element. */
function quoted(text: string): string {
  const escaped = legible(text).replace(/[^\p{L}\p{N} ：、，。（）　]/gu, (character) => {
    return `\\${(character.codePointAt(0) ?? 0).toString(16)} `;
  });
  return `"${escaped}"`;
}
