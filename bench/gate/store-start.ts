import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFacts } from "../../src/compliance/facts.js";
import type { Store } from "../../src/store/store.js";
import { openSqliteStoreInWorker } from "../../src/store/worker-store.js";
import { loadFacts } from "../../src/usecases/load.js";
import type { Progress } from "../progress.js";
import type { GateOptions } from "./options.js";
import {
  assessmentOf,
  authorisationOf,
  cameraOf,
  galleryOf,
  NOW_MS,
  noticeOf,
  operator,
  signsOf,
  siteOf,
  zoneGroups,
  zoneOf,
} from "./records.js";

export interface StoreStart {
  /** From an open database to facts that a decision can stand on, milliseconds, each round. */
  readonly rounds: readonly number[];
  readonly databaseBytes: number;
}

/** Fills an embedded database, then loads the facts from it as a server does at its start. */
export async function measureStoreStart(
  options: GateOptions,
  rounds: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<StoreStart> {
  const folder = await mkdtemp(join(tmpdir(), "cordon-gate-bench-"));
  try {
    const path = join(folder, "cordon.db");
    const filling = await openSqliteStoreInWorker({ path });
    try {
      await fill(filling, options, progress, signal);
    } finally {
      await filling.close();
    }
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      times.push(await loadOnce(path));
    }
    return { rounds: times, databaseBytes: (await stat(path)).size };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function loadOnce(path: string): Promise<number> {
  const store = await openSqliteStoreInWorker({ path });
  try {
    const startMs = performance.now();
    await loadFacts(store, createFacts());
    return performance.now() - startMs;
  } finally {
    await store.close();
  }
}

async function fill(
  store: Store,
  { seed, zones, cameras }: GateOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await store.setOperator(operator);
  const galleries = new Set(Array.from({ length: zones }, (_, index) => galleryOf(index)));
  for (const galleryId of galleries) {
    await store.insertGallery({ galleryId, displayName: "", createdAtMs: NOW_MS });
  }
  for (let first = 0; first < zones; first += WRITES_AT_ONCE) {
    signal.throwIfAborted();
    const indices = range(first, Math.min(first + WRITES_AT_ONCE, zones));
    const sites = indices.map((index) => ({ index, site: siteOf(seed, index) }));
    await Promise.all(sites.map(({ index, site }) => store.insertZone(zoneOf(site, index))));
    await Promise.all([
      ...sites.flatMap(({ index, site }) => signsOf(site, index).map(store.putSign)),
      ...indices.map((index) => store.putAuthorisation(authorisationOf(index))),
    ]);
    progress.add(indices.length);
  }
  for (const [group, zoneIds] of zoneGroups(zones).entries()) {
    await store.putRecord("notice", noticeOf(group, zoneIds));
    await store.putRecord("assessment", assessmentOf(group, zoneIds));
  }
  for (let first = 0; first < cameras; first += WRITES_AT_ONCE) {
    signal.throwIfAborted();
    const indices = range(first, Math.min(first + WRITES_AT_ONCE, cameras));
    await Promise.all(
      indices.map((index) => store.putCamera(cameraOf(siteOf(seed, index % zones), index))),
    );
  }
}

/** Writes that wait together, so that one flush serves many. */
const WRITES_AT_ONCE = 200;

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
