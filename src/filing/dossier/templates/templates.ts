import type { Paper } from "../paper.js";
import type { Dossier } from "../schema.js";
import { paper as paper2025June } from "./2025-06/paper.js";

/** A version's folder is never changed in meaning: a new form of the authority's is a new one. */
const templates = {
  "2025-06": paper2025June,
} as const satisfies Record<string, (dossier: Dossier) => Paper>;

export type TemplateVersion = keyof typeof templates;

/** Oldest first. */
export const templateVersions = Object.keys(templates) as readonly TemplateVersion[];
export const newestTemplateVersion: TemplateVersion = "2025-06";

export function isTemplateVersion(version: string): version is TemplateVersion {
  return Object.hasOwn(templates, version);
}

/** The dossier as paper, in Chinese. */
export function paperOf(dossier: Dossier, version: TemplateVersion): Paper {
  return templates[version](dossier);
}
