import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import type { NewPerson, Store } from "../../src/store/store.js";
import { countStored } from "../../src/usecases/filing/recount.js";
import { BenchError } from "../errors.js";
import type { Progress } from "../progress.js";

export interface RecountResult {
  /** Milliseconds: the first of a store that was just opened, and the one after it. */
  readonly firstMs: number;
  readonly nextMs: number;
}

const galleryId = "watch";
/** Persons of one transaction. */
const BATCH = 1_000;
const DAY_MS = 86_400_000;

/**
 * Fills a store with persons of the size that the server gives them, opens it anew, and counts.
 * @throws BenchError when not all are counted
 */
export async function measureRecount(
  persons: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<RecountResult> {
  const directory = await mkdtemp(join(tmpdir(), "cordon-filing-bench-"));
  const path = join(directory, "cordon.db");
  try {
    const filled = await openSqliteStore({ path });
    await fill(filled, persons, progress, signal).finally(() => filled.close());
    const store = await openSqliteStore({ path });
    try {
      const firstMs = await timed(store, persons);
      return { firstMs, nextMs: await timed(store, persons) };
    } finally {
      await store.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function fill(
  store: Store,
  persons: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await store.insertGallery({ galleryId, displayName: "Watch", createdAtMs: Date.now() });
  for (let done = 0; done < persons; done += BATCH) {
    signal.throwIfAborted();
    const count = Math.min(BATCH, persons - done);
    await store.insertPersons(Array.from({ length: count }, somebody));
    progress.add(count);
  }
}

function somebody(): NewPerson {
  const personId = randomUUID();
  const nowMs = Date.now();
  const person = {
    ...{ personId, wrappedKey: randomBytes(73), keyVersion: 1, mergedInto: null },
    ...{ requestKey: null, sealedDetails: randomBytes(286) },
    lawfulBasis: { kind: "law", citation: "Counter-Terrorism Law, Art. 50" } as const,
    ...{ retentionDeadlineMs: nowMs + 300 * DAY_MS, createdAtMs: nowMs, galleryIds: [galleryId] },
  };
  const template = { templateId: personId, personId, modelPack: "bench", createdAtMs: nowMs };
  const templates = [{ ...template, sealed: randomBytes(670) }];
  return { person, templates, merge: null, distinct: [] };
}

async function timed(store: Store, expected: number): Promise<number> {
  const started = performance.now();
  const { persons, templates } = await countStored({ store });
  const ms = performance.now() - started;
  if (persons !== expected || templates !== expected) {
    throw new BenchError(`${expected} are stored, but ${persons} were counted`);
  }
  return ms;
}
