import { legible } from "./legible.js";
import type { Paper } from "./paper.js";

/**
 * A4. The header and the footer are the head and the foot of a table; browsers that know margin
 * boxes (CSS Paged Media 3) print the page's number beside.
 */
export function htmlStyle(paper: Paper): string {
  const [before, between, after] = paper.pageNumber;
  return `
@page {
  size: A4 portrait;
  margin: 16mm 20mm 18mm 24mm;
  @bottom-right {
    content: ${quoted(before)} counter(page) ${quoted(between)} counter(pages) ${quoted(after)};
    font: 8pt "Songti SC", SimSun, serif;
  }
}
@page wide { size: A4 landscape; margin: 14mm 18mm 16mm; }
* { box-sizing: border-box; }
body {
  margin: 0; color: #000; background: #fff;
  font: 11pt/1.6 "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif;
}
section { max-width: 210mm; margin: 0 auto; padding: 12mm 18mm; }
section.wide { max-width: 297mm; }
h1, h2, th, .warning {
  font-family: "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC", SimHei, sans-serif;
}
h1 { margin: 5mm 0 1mm; font-size: 20pt; text-align: center; }
h2 { margin: 6mm 0 2mm; font-size: 12.5pt; break-after: avoid; }
p { margin: 0 0 2mm; overflow-wrap: anywhere; }
p.body { text-indent: 2em; }
p.note, p.header, p.footer { font-size: 9pt; color: #333; }
p.subtitle { margin-bottom: 6mm; text-align: center; }
p.header { padding-bottom: 1mm; border-bottom: 0.6pt solid #000; text-align: center; }
p.footer { margin: 3mm 0 0; padding-top: 1mm; border-top: 0.6pt solid #000; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
thead { display: table-header-group; }
tfoot { display: table-footer-group; }
.page > * > tr > td { padding: 0; }
.grid { margin: 0 0 4mm; }
.grid th, .grid td {
  padding: 1.4mm 2mm; border: 0.6pt solid #000; font-size: 10pt; text-align: left;
  vertical-align: top; overflow-wrap: anywhere;
}
.grid th { font-weight: 600; background: #f2f2f2; }
.facts th { width: 27%; }
.together { break-inside: avoid; }
.signature { margin: 10mm 0 0 auto; width: 96mm; }
.signature p { margin-bottom: 7mm; }
.warning {
  padding: 1mm; border: 1.2pt solid #b00000; color: #b00000; font-size: 13pt; font-weight: 700;
  text-align: center;
}
@media screen {
  body { background: #e8e8e8; }
  section { margin: 12mm auto; background: #fff; box-shadow: 0 0 3mm #999; }
}
@media print {
  section { max-width: none; padding: 0; break-before: page; }
  section:first-of-type { break-before: auto; }
  section.wide { page: wide; }
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
