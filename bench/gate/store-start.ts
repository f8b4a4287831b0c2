import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Store } from "../../src/store/store.js";
import { openSqliteStoreInWorker } from "../../src/store/worker-store.js";
import { compiledEntry } from "../compiled-entry.js";
import { BenchError, errorText } from "../errors.js";
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
  /** From an open database to all facts, each round in a new process, milliseconds. */
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
      times.push(await loadOnce(path, signal));
    }
    return { rounds: times, databaseBytes: (await stat(path)).size };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @throws BenchError when the process fails */
async function loadOnce(path: string, signal: AbortSignal): Promise<number> {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "start-process.js"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [entry, path], { signal });
    return Number(stdout);
  } catch (thrown) {
    signal.throwIfAborted();
    throw new BenchError(`the start from the database failed: ${errorText(thrown)}`);
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
