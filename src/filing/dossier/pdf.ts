import { once } from "node:events";
import PDFDocument from "pdfkit";
import type { Paper, Sheet } from "./paper.js";
import { drawBlock } from "./pdf-blocks.js";
import { loadTypefaces, type Typefaces } from "./pdf-fonts.js";
import { wrap } from "./pdf-lines.js";
import { margins, type Pen, placed, styles } from "./pdf-pen.js";

/** A PDF of each sheet, A4. Of the typeface the glyphs that it shows are embedded. */
export async function renderPdf(paper: Paper): Promise<Uint8Array[]> {
  const faces = await loadTypefaces();
  const files: Uint8Array[] = [];
  for (const sheet of paper.sheets) files.push(await renderSheet(sheet, paper, faces));
  return files;
}

async function renderSheet(sheet: Sheet, paper: Paper, faces: Typefaces): Promise<Uint8Array> {
  const doc = newDocument(sheet, paper);
  registerFont(doc, "regular", faces);
  registerFont(doc, "bold", faces);
  doc.addPage();
  const { width, height } = doc.page;
  const pen: Pen = {
    doc,
    faces,
    left: margins.left,
    width: width - margins.left - margins.right,
    y: margins.top,
    bottom: height - margins.bottom,
  };
  drawTitle(pen, sheet);
  for (const [place, block] of sheet.blocks.entries()) {
    drawBlock(pen, block, sheet.blocks[place + 1] ?? null);
  }
  drawFurniture(pen, paper, height);
  return finish(doc);
}

function newDocument(sheet: Sheet, paper: Paper): PDFKit.PDFDocument {
  const date = new Date(paper.madeAtMs);
  return new PDFDocument({
    size: "A4",
    layout: sheet.landscape ? "landscape" : "portrait",
    margins,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: "1.7",
    lang: "zh-CN",
    displayTitle: true,
    info: { Title: sheet.title, Creator: "Cordon", CreationDate: date, ModDate: date },
  });
}

/** As it was read: pdfkit takes fontkit's fonts, though its types know of bytes alone. */
function registerFont(doc: PDFKit.PDFDocument, weight: keyof Typefaces, faces: Typefaces): void {
  doc.registerFont(weight, faces[weight].font as unknown as Uint8Array);
}

function drawTitle(pen: Pen, { title, subtitle }: Sheet): void {
  const style = styles.title;
  for (const text of wrap(title, pen.width, style.size, pen.faces[style.weight])) {
    placed(pen, text, { y: pen.y, align: "centre", style });
    pen.y += style.lineHeight;
  }
  placed(pen, subtitle, { y: pen.y, align: "centre", style: styles.subtitle });
  pen.y += styles.subtitle.lineHeight + 10;
}

/** Header, warning, footer and page number of every page, now that their number is known. */
function drawFurniture(pen: Pen, paper: Paper, height: number): void {
  const { doc, left, width } = pen;
  const pages = doc.bufferedPageRange().count;
  const [before, between, after] = paper.pageNumber;
  const style = styles.furniture;
  for (let page = 0; page < pages; page += 1) {
    doc.switchToPage(page);
    doc.fillColor("#000");
    placed(pen, paper.header, { y: 58, align: "centre", style });
    rule(pen, 73);
    rule(pen, height - 54);
    placed(pen, paper.footer, { y: height - 50, align: "left", style });
    const numbered = `${before}${page + 1}${between}${pages}${after}`;
    placed(pen, numbered, { y: height - 50, align: "right", style });
    if (paper.warning === null) continue;
    doc.lineWidth(1.5).rect(left, 28, width, 24).stroke("#b00000");
    doc.fillColor("#b00000");
    placed(pen, paper.warning, { y: 31, align: "centre", style: styles.warning });
  }
}

function rule(pen: Pen, y: number): void {
  pen.doc
    .lineWidth(0.5)
    .moveTo(pen.left, y)
    .lineTo(pen.left + pen.width, y)
    .stroke("#000");
}

async function finish(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  doc.on("data", (part: Buffer) => parts.push(part));
  const ended = once(doc, "end");
  doc.end();
  await ended;
  return Buffer.concat(parts);
}
