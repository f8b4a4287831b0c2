import { renderDocx } from "./docx.js";
import { renderHtml } from "./html.js";
import type { Paper } from "./paper.js";
import { renderPdf } from "./pdf.js";
import { DOSSIER_SCHEMA_NAME, type Dossier, dossierJsonSchema } from "./schema.js";
import { newestTemplateVersion, paperOf, type TemplateVersion } from "./templates/templates.js";

export const dossierFormats = ["json", "html", "docx", "pdf"] as const;
export type DossierFormat = (typeof dossierFormats)[number];

export interface DossierFile {
  /** Of a file, in Chinese but for the JSON: no folder, and characters that all systems take. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The files of a dossier in one format. The same dossier makes the same bytes. The bounds of what
 * is printed are in `bounded.ts`; the JSON holds everything.
 *
 * - json: `dossier.json` and its JSON Schema
 * - html: one file, to be read and printed
 * - docx: a file of each statutory material and a cover with the checklist, to be edited
 * - pdf: the same, to be printed, signed and sealed
 */
export async function renderDossier(
  dossier: Dossier,
  format: DossierFormat,
  templateVersion: TemplateVersion = newestTemplateVersion,
): Promise<readonly DossierFile[]> {
  if (format === "json") {
    return [
      { name: "dossier.json", bytes: json(dossier) },
      { name: DOSSIER_SCHEMA_NAME, bytes: json(dossierJsonSchema()) },
    ];
  }
  const paper = paperOf(dossier, templateVersion);
  switch (format) {
    case "html":
      return [{ name: `${paper.title}.html`, bytes: renderHtml(paper) }];
    case "docx":
      return named(paper, renderDocx(paper), "docx");
    case "pdf":
      return named(paper, await renderPdf(paper), "pdf");
  }
}

function named(paper: Paper, files: readonly Uint8Array[], ending: string): DossierFile[] {
  return files.map((bytes, place) => {
    return { name: `${paper.sheets[place]?.name ?? place}.${ending}`, bytes };
  });
}

/** A lone half of a surrogate pair is escaped by JSON.stringify, so it is valid UTF-8 always. */
function json(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, "utf8");
}
