import { htmlStyle } from "./html-style.js";
import { legible } from "./legible.js";
import type { Block, Paper, Sheet } from "./paper.js";

/**
 * All sheets in one file that needs nothing else: no script, no font, no picture, and a policy that
 * lets none in. Each sheet begins on a page of its own.
 */
export function renderHtml(paper: Paper): Uint8Array {
  const html = [
    "<!doctype html>",
    '<html lang="zh-CN">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(paper.title)}</title>`,
    `<style>${htmlStyle(paper)}</style>`,
    "</head>",
    "<body>",
    ...paper.sheets.map((sheet) => section(sheet, paper)),
    "</body>",
    "</html>",
    "",
  ];
  return Buffer.from(html.join("\n"), "utf8");
}

const policy = "default-src 'none'; style-src 'unsafe-inline'";

/** The head and the foot of a table are printed on each page that it goes on to, everywhere. */
function section(sheet: Sheet, paper: Paper): string {
  const warning =
    paper.warning === null ? "" : `<p class="warning">${escapeHtml(paper.warning)}</p>`;
  return [
    `<section${sheet.landscape ? ' class="wide"' : ""}><table class="page">`,
    `<thead><tr><td>${warning}<p class="header">${escapeHtml(paper.header)}</p></td></tr></thead>`,
    `<tfoot><tr><td><p class="footer">${escapeHtml(paper.footer)}</p></td></tr></tfoot>`,
    "<tbody><tr><td>",
    `<h1>${escapeHtml(sheet.title)}</h1>`,
    `<p class="subtitle">${escapeHtml(sheet.subtitle)}</p>`,
    ...sheet.blocks.map(block),
    "</td></tr></tbody></table></section>",
  ].join("\n");
}

function block(of: Block): string {
  switch (of.kind) {
    case "heading":
      return `<h2>${escapeHtml(of.text)}</h2>`;
    case "text":
      return legible(of.text)
        .split("\n")
        .map((line) => `<p class="${of.tone}">${escapeHtml(line)}</p>`)
        .join("\n");
    case "facts":
      return [
        '<table class="grid facts"><tbody>',
        ...of.rows.map(([label, value]) => `<tr><th>${escapeHtml(label)}</th>${cell(value)}</tr>`),
        "</tbody></table>",
      ].join("\n");
    case "table":
      return grid(of);
    case "signature":
      return [
        '<div class="together">',
        of.statement === "" ? "" : `<p class="body">${escapeHtml(of.statement)}</p>`,
        '<div class="signature">',
        ...of.lines.map((line) => `<p>${escapeHtml(line)}</p>`),
        "</div></div>",
      ].join("\n");
  }
}

function grid({ columns, rows }: Extract<Block, { kind: "table" }>): string {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(
    ({ share }) => `<col style="width:${((100 * share) / whole).toFixed(2)}%">`,
  );
  const titles = columns.map(({ title }) => `<th>${escapeHtml(title)}</th>`);
  return [
    `<table class="grid"><colgroup>${widths.join("")}</colgroup>`,
    `<thead><tr>${titles.join("")}</tr></thead>`,
    "<tbody>",
    ...rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`),
    "</tbody></table>",
  ].join("\n");
}

/** Apart from the text around it, whichever way it is written. */
function cell(text: string): string {
  return `<td><bdi>${escapeHtml(text).replaceAll("\n", "<br>")}</bdi></td>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it is read, for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return legible(text).replace(/[&<>"']/gu, (character) => entities[character] ?? "");
}
