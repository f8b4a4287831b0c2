import { paragraph, run, wordSpace, xmlHead } from "./docx-xml.js";
import { legible } from "./legible.js";
import type { Block, Sheet } from "./paper.js";

/** Twentieths of a point: A4 and its margins. */
const page = { short: 11906, long: 16838 } as const;
const margins = { top: 1600, right: 1140, bottom: 1300, left: 1360 } as const;
const FACT_LABEL_SHARE = 0.27;

export function documentXml(sheet: Sheet): string {
  const [width, height] = sheet.landscape ? [page.long, page.short] : [page.short, page.long];
  const text = width - margins.left - margins.right;
  return [
    xmlHead,
    `<w:document ${wordSpace}><w:body>`,
    paragraph("Title", run(sheet.title)),
    paragraph("Subtitle", run(sheet.subtitle)),
    ...sheet.blocks.map((of) => block(of, text)),
    "<w:sectPr>",
    '<w:headerReference w:type="default" r:id="rId3"/>',
    '<w:footerReference w:type="default" r:id="rId4"/>',
    `<w:pgSz w:w="${width}" w:h="${height}"${sheet.landscape ? ' w:orient="landscape"' : ""}/>`,
    `<w:pgMar w:top="${margins.top}" w:right="${margins.right}" w:bottom="${margins.bottom}"`,
    ` w:left="${margins.left}" w:header="560" w:footer="620" w:gutter="0"/>`,
    "</w:sectPr></w:body></w:document>",
  ].join("");
}

const tones = { body: "BodyText", note: "Note" } as const;

function block(of: Block, width: number): string {
  switch (of.kind) {
    case "heading":
      return paragraph("Heading1", run(of.text));
    case "text":
      return legible(of.text)
        .split("\n")
        .map((line) => paragraph(tones[of.tone], run(line)))
        .join("");
    case "facts": {
      const label = Math.round(width * FACT_LABEL_SHARE);
      const rows = of.rows.map(([name, value]) => row([name, value], [label, width - label], 1));
      return grid([label, width - label], rows);
    }
    case "table": {
      const whole = of.columns.reduce((sum, { share }) => sum + share, 0);
      const widths = of.columns.map(({ share }) => Math.round((width * share) / whole));
      const titles = row(
        of.columns.map(({ title }) => title),
        widths,
        of.columns.length,
        "<w:cantSplit/><w:tblHeader/>",
      );
      return grid(widths, [titles, ...of.rows.map((cells) => row(cells, widths, 0))]);
    }
    case "signature":
      return signature(of);
  }
}

/** Each is kept with the next, but for the last. */
function signature({ statement, lines }: Extract<Block, { kind: "signature" }>): string {
  const stated = statement === "" ? [] : [paragraph("Statement", run(statement))];
  const signers = lines.map((line, place) => {
    return paragraph(place === lines.length - 1 ? "SignatureEnd" : "Signature", run(line));
  });
  return [...stated, ...signers].join("");
}

/** A paragraph must follow a table. */
function grid(widths: readonly number[], rows: readonly string[]): string {
  const whole = widths.reduce((sum, width) => sum + width, 0);
  return [
    '<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/>',
    `<w:tblW w:w="${whole}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>`,
    `<w:tblGrid>${widths.map((width) => `<w:gridCol w:w="${width}"/>`).join("")}</w:tblGrid>`,
    ...rows,
    "</w:tbl>",
    paragraph("Spacer"),
  ].join("");
}

/** @param labels cells at the beginning that are titles */
function row(
  cells: readonly string[],
  widths: readonly number[],
  labels: number,
  properties = "",
): string {
  const made = cells.map((text, column) => {
    const label = column < labels;
    const shade = label ? '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' : "";
    const width = `<w:tcW w:w="${widths[column] ?? 0}" w:type="dxa"/>`;
    const content = paragraph(label ? "CellLabel" : "Cell", run(text));
    return `<w:tc><w:tcPr>${width}${shade}</w:tcPr>${content}</w:tc>`;
  });
  const trPr = properties === "" ? "" : `<w:trPr>${properties}</w:trPr>`;
  return `<w:tr>${trPr}${made.join("")}</w:tr>`;
}
