import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createExclusive } from "../base/exclusive.js";
import { syncDirectory } from "../base/sync-directory.js";
import type { EmbeddedIndex } from "../index/create-index.js";
import { rosterId } from "../index/port.js";
import type { Store } from "../store/store.js";
import type { Logger } from "../telemetry/log.js";
import { destroyPrivateFile } from "../vault/private-file.js";
import type { Vault } from "../vault/vault.js";
import type { Engine } from "./engine.js";
import { type Loaded, loadIndex } from "./load.js";
import {
  type Manifest,
  readManifest,
  type SnapshotBody,
  writeManifest,
} from "./snapshot-manifest.js";

/** Templates below which a start without a snapshot is as quick. */
const templatesMinDefault = 10_000;
/** A snapshot is replaced when so many templates came after it, and this part of all. */
const newerMin = 1_000;
const newerFraction = 0.05;
const manifestName = "manifest.json";

export interface SnapshotParts {
  /** Folder of the snapshot alone. Made when it is absent, and needed. */
  readonly directory: string;
  readonly store: Store;
  readonly vault: Vault;
  readonly index: EmbeddedIndex;
  readonly modelPack: string;
  readonly log: Logger;
  /** Templates from which a snapshot is kept. */
  readonly templatesMin?: number;
}

/**
 * The sealed snapshot of the index, so that a start need not open every template and build each
 * graph anew. It is a copy of templates, and treated as such: nobody who was erased is in it or
 * can be had from it. An erasure destroys its key before it is acknowledged; the next snapshot is
 * made in idle time.
 */
export interface IndexSnapshots {
  /** The index, which destroys the snapshot before it removes anybody. For the engine. */
  readonly guarded: EmbeddedIndex;
  /**
   * Fills the galleries, at start: from the snapshot and what came later in the store, or from the
   * store alone, with a line in the log, where anything about the snapshot is not as it should be.
   * @throws as `loadIndex`
   */
  load(engine: Engine): Promise<Loaded>;
  /**
   * Makes a snapshot when there is none, or much has come since. True when one was made.
   * @param signal gives up, as a shutdown must that cannot wait any longer
   */
  saveIfWorth(roster: Engine["roster"], signal?: AbortSignal): Promise<boolean>;
  /** Makes the key unreadable, and removes everything. */
  destroy(): Promise<void>;
}

export function createIndexSnapshots(parts: SnapshotParts): IndexSnapshots {
  return new Snapshots(parts);
}

class Snapshots implements IndexSnapshots {
  readonly guarded: EmbeddedIndex;
  readonly #parts: SnapshotParts;
  readonly #manifest: { readonly path: string; readonly what: string };
  /** The manifest is written and destroyed by one at a time. */
  readonly #exclusive = createExclusive();
  /** Grows with each destruction: what was begun before is not kept. */
  #epoch = 0;
  /** The one on the disk, when it was made or opened by this process. */
  #current: SnapshotBody | null = null;
  /** False when there is none on the disk for sure: then an erasure has nothing to do. */
  #mayExist = true;
  #isSaving = false;
  /** Templates of other packs in the store, which the index does not hold, as of the start. */
  #ofOtherPacks = 0;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    this.#manifest = { path: join(parts.directory, manifestName), what: "index snapshot" };
    this.guarded = this.#guard(parts.index);
  }

  async load(engine: Engine): Promise<Loaded> {
    const loaded = await this.#load(engine);
    this.#ofOtherPacks = loaded.ofOtherPacks;
    return loaded;
  }

  async #load(engine: Engine): Promise<Loaded> {
    const { log } = this.#parts;
    const opened = await this.#open().catch((err: unknown) => (err as Error).message);
    if (opened === null) return loadIndex(engine);
    if (typeof opened === "string") {
      log.warn({ why: opened }, "the snapshot of the index is not used; filling it from the store");
      await this.destroy();
      return loadIndex(engine);
    }
    this.#current = opened;
    await this.#removeFiles(opened.id);
    const later = await loadIndex(engine, opened.templateSeq);
    log.info({ templates: opened.templates, later: later.templates }, "opened the index snapshot");
    return {
      templates: opened.templates + later.templates,
      ofOtherPacks: opened.ofOtherPacks + later.ofOtherPacks,
    };
  }

  async saveIfWorth(roster: Engine["roster"], signal?: AbortSignal): Promise<boolean> {
    if (this.#isSaving || !(await this.#isWorth())) return false;
    this.#isSaving = true;
    try {
      return await this.#save(roster, signal);
    } finally {
      this.#isSaving = false;
    }
  }

  async destroy(): Promise<void> {
    this.#epoch += 1;
    if (!this.#mayExist) return;
    await this.#exclusive(async () => {
      this.#current = null;
      // The key first: without it the rest is noise.
      await destroyPrivateFile(this.#manifest);
      await this.#removeFiles(null);
      this.#mayExist = false;
    });
  }

  #guard(index: EmbeddedIndex): EmbeddedIndex {
    return {
      ...index,
      removePerson: async (galleryId, personId) => {
        await this.destroy();
        return index.removePerson(galleryId, personId);
      },
      removeTemplates: async (galleryId, templateIds) => {
        await this.destroy();
        return index.removeTemplates(galleryId, templateIds);
      },
    };
  }

  async #isWorth(): Promise<boolean> {
    const { index, store, templatesMin = templatesMinDefault } = this.#parts;
    const templates = index.stats(rosterId)?.templates ?? 0;
    if (templates < templatesMin) return false;
    if (this.#current === null) return true;
    const newer = templates - this.#current.templates;
    if (newer >= Math.max(newerMin, templates * newerFraction)) return true;
    return (await store.position()).token !== this.#current.token;
  }

  /** Null when there is none; why it is not used, when it is not. */
  async #open(): Promise<SnapshotBody | string | null> {
    const { vault, index } = this.#parts;
    const manifest = await readManifest(this.#manifest);
    if (manifest === null) {
      await this.#removeFiles(null);
      this.#mayExist = false;
      return null;
    }
    const fault = await this.#faultOf(manifest);
    if (fault !== null) return fault;
    const { text, body, wrapped } = manifest;
    const key = vault.openStreamKey(text, wrapped);
    try {
      const opened = await index.openFrom({ key, bound: text, pathOf: this.#pathOf(body.id) });
      return opened.isDone ? body : opened.why;
    } finally {
      key.fill(0);
    }
  }

  /** Why it is not a snapshot of this store for this index; null when it is. */
  async #faultOf({ body }: Manifest): Promise<string | null> {
    const { store, index, modelPack } = this.#parts;
    if (body.instanceId !== (await store.getInstanceId())) return "it is of another database";
    if (body.modelPack !== modelPack) return "it is of another model pack";
    if (body.dimension !== index.dimension) return "it is of another dimension";
    if (body.workers !== index.workers) return "it is of another number of workers";
    const { token } = await store.position();
    if (body.token !== token) return "the store has changed since in another way than by additions";
    const known = await store.templateIdAt(body.templateSeq);
    if ((known ?? "") !== body.templateId) return "the store does not know its newest template";
    return null;
  }

  async #save(roster: Engine["roster"], signal: AbortSignal | undefined): Promise<boolean> {
    const { directory, index, vault, log } = this.#parts;
    const epoch = this.#epoch;
    const startMs = performance.now();
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // While nobody is being enrolled the index holds all that the store does. The workers begin
    // behind all they were asked before; what comes later may be among what they write.
    const begun = await roster.alone(async () => {
      const body = await this.#bodyNow();
      if (body === null) return null;
      const text = JSON.stringify(body);
      const { key, wrapped } = vault.createStreamKey(text);
      const saving = index.saveTo({ key, bound: text, pathOf: this.#pathOf(body.id) });
      key.fill(0);
      return { body, text, wrapped, saving };
    });
    if (begun === null) return false;
    const { body, saving } = begun;
    const saved = await Promise.race([saving, given(signal)]);
    const isKept = saved?.isDone === true && (await this.#keep(begun, epoch));
    if (!isKept) {
      const why = saved === null ? "there is no more time" : saved.isDone ? "erased" : saved.why;
      log.info({ why }, "no snapshot of the index was made");
      await this.#removeFiles(this.#current?.id ?? null);
      return false;
    }
    if (saved.graphsLeftOut > 0) {
      log.warn(
        { graphs: saved.graphsLeftOut },
        "graphs were left out of the index snapshot, and will be built anew at the next start: " +
          "there is no room in /dev/shm to write them. Give it more, as the graphs are large",
      );
    }
    const seconds = (performance.now() - startMs) / 1_000;
    log.info({ templates: body.templates, seconds }, "made a snapshot of the index");
    return true;
  }

  /**
   * Null when the index does not hold as many templates as the store, for whatever reason: what
   * may be somebody erased must not last. Where a template of another pack was erased since the
   * start that cannot be told apart, and there is no snapshot until the next.
   */
  async #bodyNow(): Promise<SnapshotBody | null> {
    const { store, index, modelPack, log } = this.#parts;
    const position = await store.position();
    const templates = index.stats(rosterId)?.templates ?? 0;
    const stored = await store.countTemplatesStored();
    const ofOtherPacks = this.#ofOtherPacks;
    if (templates + ofOtherPacks !== stored) {
      const counts = { templates, ofOtherPacks, stored };
      log.warn(counts, "no snapshot of the index was made: it does not hold what the store does");
      return null;
    }
    return {
      ...{ version: 1, id: randomUUID(), instanceId: await store.getInstanceId(), modelPack },
      ...{ dimension: index.dimension, workers: index.workers, ...position },
      ...{ templates, ofOtherPacks },
    };
  }

  /** False when somebody was erased since it was begun: then it must not be kept. */
  #keep(begun: Pick<Manifest, "text" | "body" | "wrapped">, epoch: number): Promise<boolean> {
    return this.#exclusive(async () => {
      if (this.#epoch !== epoch) return false;
      // At once: an erasure that comes from here on must wait, and destroy it.
      this.#mayExist = true;
      await syncDirectory(this.#parts.directory);
      await writeManifest(this.#manifest, begun);
      this.#current = begun.body;
      await this.#removeFiles(begun.body.id);
      return true;
    });
  }

  #pathOf(id: string): (worker: number) => string {
    return (worker) => join(this.#parts.directory, `${id}-${worker}.snapshot`);
  }

  /** Removes the files of every snapshot but this one's. */
  async #removeFiles(keptId: string | null): Promise<void> {
    const { directory } = this.#parts;
    const names = await readdir(directory).catch(() => []);
    const others = names.filter((name) => {
      return name.endsWith(".snapshot") && (keptId === null || !name.startsWith(keptId));
    });
    await Promise.all(others.map((name) => rm(join(directory, name), { force: true })));
  }
}

/** Resolves with null when the signal is given. */
function given(signal: AbortSignal | undefined): Promise<null> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve(null);
    signal?.addEventListener("abort", () => resolve(null), { once: true });
  });
}
