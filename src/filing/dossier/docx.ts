import { strToU8, type Zippable, zipSync } from "fflate";
import { documentXml } from "./docx-document.js";
import {
  contentTypesXml,
  coreXml,
  documentRelationshipsXml,
  footerXml,
  headerXml,
  relationshipsXml,
  settingsXml,
  stylesXml,
} from "./docx-parts.js";
import type { Paper, Sheet } from "./paper.js";

/**
 * A DOCX of each sheet (Office Open XML, ISO/IEC 29500-1), to be edited before it is printed. Fonts
 * are named, not embedded: 宋体 and 黑体, which every Chinese Word and WPS has.
 */
export function renderDocx(paper: Paper): Uint8Array[] {
  return paper.sheets.map((sheet) => zipped(partsOf(sheet, paper)));
}

function partsOf(sheet: Sheet, paper: Paper): Readonly<Record<string, string>> {
  return {
    "[Content_Types].xml": contentTypesXml,
    "_rels/.rels": relationshipsXml,
    "docProps/core.xml": coreXml(sheet, paper),
    "word/document.xml": documentXml(sheet),
    "word/styles.xml": stylesXml,
    "word/settings.xml": settingsXml,
    "word/header1.xml": headerXml(paper),
    "word/footer1.xml": footerXml(paper),
    "word/_rels/document.xml.rels": documentRelationshipsXml,
  };
}

/** The same bytes everywhere: ZIP times are local ones, and this is local too. */
function zipped(parts: Readonly<Record<string, string>>): Uint8Array {
  const mtime = new Date(1980, 0, 1);
  const files: Zippable = {};
  for (const [name, text] of Object.entries(parts)) files[name] = strToU8(text);
  return zipSync(files, { mtime, level: 6 });
}
