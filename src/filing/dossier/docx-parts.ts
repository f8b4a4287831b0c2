/** The parts of a DOCX beside its text. */
import { escapeXml, field, paragraph, run, wordSpace, xmlHead } from "./docx-xml.js";
import type { Paper, Sheet } from "./paper.js";

const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packaging = "http://schemas.openxmlformats.org/package/2006";
const wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml";

export const contentTypesXml = [
  xmlHead,
  `<Types xmlns="${packaging}/content-types">`,
  `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`,
  '<Default Extension="xml" ContentType="application/xml"/>',
  `<Override PartName="/word/document.xml" ContentType="${wordType}.document.main+xml"/>`,
  `<Override PartName="/word/styles.xml" ContentType="${wordType}.styles+xml"/>`,
  `<Override PartName="/word/settings.xml" ContentType="${wordType}.settings+xml"/>`,
  `<Override PartName="/word/header1.xml" ContentType="${wordType}.header+xml"/>`,
  `<Override PartName="/word/footer1.xml" ContentType="${wordType}.footer+xml"/>`,
  '<Override PartName="/docProps/core.xml" ',
  'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>',
  "</Types>",
].join("");

export const relationshipsXml = [
  xmlHead,
  `<Relationships xmlns="${packaging}/relationships">`,
  `<Relationship Id="rId1" Type="${office}/officeDocument" Target="word/document.xml"/>`,
  `<Relationship Id="rId2" Type="${packaging}/relationships/metadata/core-properties" `,
  'Target="docProps/core.xml"/>',
  "</Relationships>",
].join("");

export const documentRelationshipsXml = [
  xmlHead,
  `<Relationships xmlns="${packaging}/relationships">`,
  `<Relationship Id="rId1" Type="${office}/styles" Target="styles.xml"/>`,
  `<Relationship Id="rId2" Type="${office}/settings" Target="settings.xml"/>`,
  `<Relationship Id="rId3" Type="${office}/header" Target="header1.xml"/>`,
  `<Relationship Id="rId4" Type="${office}/footer" Target="footer1.xml"/>`,
  "</Relationships>",
].join("");

export const settingsXml = [
  xmlHead,
  `<w:settings ${wordSpace}>`,
  '<w:themeFontLang w:val="zh-CN" w:eastAsia="zh-CN"/>',
  "</w:settings>",
].join("");

export function coreXml({ title }: Sheet, { madeAtMs }: Paper): string {
  const date = new Date(madeAtMs).toISOString().replace(/\.\d+Z$/u, "Z");
  return [
    xmlHead,
    `<cp:coreProperties xmlns:cp="${packaging}/metadata/core-properties" `,
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" ',
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    `<dc:title>${escapeXml(title)}</dc:title><dc:creator>Cordon</dc:creator>`,
    `<dcterms:created xsi:type="dcterms:W3CDTF">${date}</dcterms:created>`,
    `<dcterms:modified xsi:type="dcterms:W3CDTF">${date}</dcterms:modified>`,
    "<dc:language>zh-CN</dc:language></cp:coreProperties>",
  ].join("");
}

export function headerXml({ header, warning }: Paper): string {
  const warned = warning === null ? "" : paragraph("Warning", run(warning));
  return `${xmlHead}<w:hdr ${wordSpace}>${warned}${paragraph("Header", run(header))}</w:hdr>`;
}

export function footerXml({ footer, pageNumber }: Paper): string {
  const [before, between, after] = pageNumber;
  const number = [run(`${footer}　　${before}`), field("PAGE"), run(between), field("NUMPAGES")];
  return [
    `${xmlHead}<w:ftr ${wordSpace}>`,
    paragraph("Footer", ...number, run(after)),
    "</w:ftr>",
  ].join("");
}

const song = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/>';
const hei = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体"/>';

/** @param size half points */
function style(name: string, paragraphs: string, size: number, runs = ""): string {
  return [
    `<w:style w:type="paragraph" w:styleId="${name}"><w:name w:val="${name}"/>`,
    `<w:basedOn w:val="Normal"/><w:pPr>${paragraphs}</w:pPr>`,
    `<w:rPr>${runs}<w:sz w:val="${size}"/></w:rPr></w:style>`,
  ].join("");
}

const indented =
  '<w:spacing w:after="80" w:line="360" w:lineRule="auto"/>' +
  '<w:ind w:firstLineChars="200" w:firstLine="420"/>';
const onTheRight = '<w:spacing w:before="360"/><w:ind w:left="4700"/>';
const centre = '<w:jc w:val="center"/>';
const red = '<w:b/><w:color w:val="B00000"/>';
const box = ["top", "left", "bottom", "right"]
  .map((edge) => `<w:${edge} w:val="single" w:sz="12" w:space="2" w:color="B00000"/>`)
  .join("");
const rules = ["top", "left", "bottom", "right", "insideH", "insideV"]
  .map((edge) => `<w:${edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
  .join("");

export const stylesXml = [
  xmlHead,
  `<w:styles ${wordSpace}>`,
  `<w:docDefaults><w:rPrDefault><w:rPr>${song}<w:sz w:val="21"/>`,
  '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>',
  '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>',
  style("Title", `<w:spacing w:before="240" w:after="60"/>${centre}`, 40, `${hei}<w:b/>`),
  style("Subtitle", `<w:spacing w:after="280"/>${centre}`, 20),
  style(
    "Heading1",
    '<w:keepNext/><w:spacing w:before="260" w:after="100"/><w:outlineLvl w:val="0"/>',
    24,
    `${hei}<w:b/>`,
  ),
  style("BodyText", indented, 21),
  style("Statement", `<w:keepNext/>${indented}`, 21),
  style("Note", '<w:spacing w:after="80"/>', 17),
  style("Cell", '<w:spacing w:before="30" w:after="30"/>', 19),
  style("CellLabel", '<w:spacing w:before="30" w:after="30"/>', 19, `${hei}<w:b/>`),
  style("Spacer", '<w:spacing w:line="160" w:lineRule="exact"/>', 8),
  style("Signature", `<w:keepNext/>${onTheRight}`, 21),
  style("SignatureEnd", onTheRight, 21),
  style(
    "Header",
    `<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="2" w:color="000000"/></w:pBdr>${centre}`,
    17,
  ),
  style(
    "Footer",
    `<w:pBdr><w:top w:val="single" w:sz="4" w:space="2" w:color="000000"/></w:pBdr>${centre}`,
    17,
  ),
  style("Warning", `<w:pBdr>${box}</w:pBdr>${centre}`, 24, `${hei}${red}`),
  '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Grid"/><w:tblPr>',
  `<w:tblBorders>${rules}</w:tblBorders>`,
  '<w:tblCellMar><w:left w:w="90" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar>',
  "</w:tblPr></w:style>",
  "</w:styles>",
].join("");
