import type { Clock } from "../../src/base/clock.js";
import { notFound } from "../../src/base/errors.js";
import { type Permit, permitFault } from "../../src/base/permit.js";
import { type FaceIndex, type IndexEntry, rosterId } from "../../src/index/port.js";
import type { Quality, Vision, VisionAnswer } from "../../src/vision/port.js";

/** One time that a probe reached vision or the index. */
export interface Reached {
  readonly what: "embed" | "search" | "compare";
  readonly permit: Permit;
  /** What is wrong with the permit at that moment, for that gallery; null when it is good. */
  readonly fault: ReturnType<typeof permitFault>;
  /** Of a search. */
  readonly galleryId: string | null;
}

export interface Spies {
  readonly vision: Vision;
  readonly index: FaceIndex;
  readonly reached: Reached[];
}

const DIMENSION = 160;
export const modelPack = "spy-160";

/** Vision and an index that keep what they were asked with, and let every permit pass. */
export function createSpies(clock: Clock): Spies {
  const reached: Reached[] = [];
  const note = (what: Reached["what"], permit: Permit, galleryId: string | null) => {
    const gallery = galleryId === rosterId ? undefined : (galleryId ?? undefined);
    const fault = permitFault(permit, clock.nowMs(), gallery);
    reached.push({ what, permit, fault, galleryId });
  };
  return { vision: spyVision(note), index: spyIndex(note), reached };
}

type Note = (what: Reached["what"], permit: Permit, galleryId: string | null) => void;

function spyVision(note: Note): Vision {
  return {
    info: {
      modelPack,
      dimension: DIMENSION,
      chipSizePx: 112,
      weightsLicence: "none",
      executionProvider: "spy",
      workers: 0,
    },
    async embed(permit): Promise<VisionAnswer> {
      note("embed", permit, null);
      const box = { x: 1, y: 1, width: 100, height: 100 };
      const face = { box, landmarks: [], quality, embedding: oneVector() };
      return { width: 200, height: 200, faces: [face], facesDropped: 0, timings };
    },
    close: async () => undefined,
  };
}

/**
 * A search finds everybody in the gallery, with the same score; one of the roster compares, as the
 * real one does.
 */
function spyIndex(note: Note): FaceIndex {
  const galleries = new Map<string, Map<string, IndexEntry>>();
  return {
    dimension: DIMENSION,
    createGallery: async (galleryId) => void galleries.set(galleryId, new Map()),
    dropGallery: async (galleryId) => void galleries.delete(galleryId),
    async add(galleryId, entries) {
      const gallery = galleries.get(galleryId);
      if (gallery === undefined) throw notFound("gallery", galleryId);
      for (const { vector, ...entry } of entries) {
        gallery.set(entry.templateId, { ...entry, vector: vector.slice() });
      }
    },
    async removeTemplates(galleryId, templateIds) {
      const gallery = galleries.get(galleryId);
      return templateIds.filter((templateId) => gallery?.delete(templateId)).length;
    },
    lose: () => undefined,
    async searchRoster(permits, queries, { k, atLeast = -1 }) {
      for (const permit of permits) note("search", permit, rosterId);
      const entries = [...(galleries.get(rosterId)?.values() ?? [])];
      return queries.map((query) =>
        entries
          .map((entry) => ({ ...entry, score: cosine(query, entry.vector) }))
          .filter(({ score }) => score >= atLeast)
          .sort((a, b) => b.score - a.score)
          .slice(0, k),
      );
    },
    async compare(permits, queries, atLeast, from = 0) {
      for (const permit of permits) note("compare", permit, rosterId);
      const pairs = queries.flatMap((query, second) =>
        queries.slice(0, second < from ? 0 : second).flatMap((other, first) => {
          const score = cosine(query, other);
          return score < atLeast ? [] : [{ first, second, score }];
        }),
      );
      return {
        positions: Uint32Array.from(pairs.flatMap(({ first, second }) => [first, second])),
        scores: Float32Array.from(pairs.map(({ score }) => score)),
      };
    },
    async removePerson(galleryId, personId) {
      const gallery = galleries.get(galleryId) ?? new Map<string, IndexEntry>();
      const own = [...gallery.values()].filter((entry) => entry.personId === personId);
      for (const { templateId } of own) gallery.delete(templateId);
      return own.length;
    },
    async search(permit, galleryId, queries, k) {
      note("search", permit, galleryId);
      const entries = [...(galleries.get(galleryId)?.values() ?? [])].slice(0, k);
      return queries.map(() => entries.map((entry) => ({ ...entry, score: 0.99 })));
    },
    stats(galleryId) {
      const gallery = galleries.get(galleryId);
      if (gallery === undefined) return null;
      const persons = new Set([...gallery.values()].map(({ personId }) => personId)).size;
      return { persons, templates: gallery.size, driver: "exact" };
    },
    report: async () => ({
      kernels: ["spy"],
      passedOver: [],
      workers: 0,
      methods: noMethods,
      galleries: [],
    }),
    close: async () => undefined,
  };
}

const noMethod = { galleries: 0, templates: 0, bytes: 0, replayed: 0, agreed: 0 };
const noMethods = { exact: noMethod, hnsw: noMethod };

const timings = { queueMs: 0, decodeMs: 0, detectMs: 0, alignMs: 0, embedMs: 0 };

const quality: Quality = {
  acceptable: true,
  reasons: [],
  eyeDistancePx: 60,
  sharpness: 100,
  brightness: 128,
  yawDegrees: 0,
  pitchDegrees: 0,
  rollDegrees: 0,
  detectorScore: 1,
};

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

/** Unit vectors of which no two are alike: as of persons who do not look alike. */
export function vectorOf(person: number): Float32Array {
  const vector = new Float32Array(DIMENSION);
  vector[person % DIMENSION] = 1;
  return vector;
}

/** A unit vector. */
export function oneVector(): Float32Array {
  return new Float32Array(DIMENSION).fill(1 / Math.sqrt(DIMENSION));
}
