import type { Candidate, IndexEntry } from "../../src/index/port.js";
import { cosine } from "./faces.js";

/** What a gallery should answer, in the plainest words. */
export interface NaiveGallery {
  add(entries: readonly IndexEntry[]): void;
  removePerson(personId: string): number;
  removeTemplates(templateIds: readonly string[]): number;
  search(query: Float32Array, k: number): Candidate[];
  entries(): readonly IndexEntry[];
  readonly templates: number;
  readonly persons: number;
}

export function createNaiveGallery(): NaiveGallery {
  const entries = new Map<string, IndexEntry>();
  const personsOf = () => new Set([...entries.values()].map((entry) => entry.personId));
  return {
    add(added) {
      for (const entry of added) entries.set(entry.templateId, entry);
    },
    removePerson(personId) {
      const theirs = [...entries.values()].filter((entry) => entry.personId === personId);
      for (const { templateId } of theirs) entries.delete(templateId);
      return theirs.length;
    },
    removeTemplates: (templateIds) => templateIds.filter((id) => entries.delete(id)).length,
    search(query, k) {
      const best = new Map<string, Candidate>();
      for (const { personId, templateId, vector } of entries.values()) {
        const score = cosine(query, vector);
        const known = best.get(personId);
        if (known === undefined || score > known.score) {
          best.set(personId, { personId, templateId, score });
        }
      }
      return [...best.values()].sort((a, b) => b.score - a.score).slice(0, k);
    },
    entries: () => [...entries.values()],
    get templates() {
      return entries.size;
    },
    get persons() {
      return personsOf().size;
    },
  };
}
