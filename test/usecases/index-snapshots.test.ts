import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createExclusive } from "../../src/base/exclusive.js";
import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
import { type IndexDriverName, rosterId } from "../../src/index/port.js";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import { createLogger } from "../../src/telemetry/log.js";
import type { Engine } from "../../src/usecases/engine.js";
import { createIndexSnapshots, type IndexSnapshots } from "../../src/usecases/index-snapshots.js";
import { createGalleries } from "../../src/usecases/load.js";
import { openVault } from "../../src/vault/open-vault.js";
import { sealTemplate } from "../../src/vault/sealed-template.js";
import type { Vault } from "../../src/vault/vault.js";
import { aMerge, aNew, anErasure, aPerson } from "../contract/store-person-records.js";
import { aGallery } from "../contract/store-records.js";
import { drawFaces } from "../index/faces.js";
import { permitFor, testClock } from "../index/permits.js";

const dimension = 32;
const modelPack = "pack-32";
const hnsw = { fullScanThreshold: 100, m: 8, efConstruction: 40, recallTarget: 0.8 };

interface Server {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly index: EmbeddedIndex;
  readonly snapshots: IndexSnapshots;
  readonly logged: string[];
  /** Templates read from the store at the start. */
  readonly read: () => number;
  stop(): Promise<void>;
}

interface Change {
  readonly pack?: string;
  readonly workers?: number;
  readonly driver?: IndexDriverName;
}

let dataDir = "";
let running: Server | null = null;
const draw = drawFaces(dimension, 5);
/** Vectors by person. */
const faces = new Map<string, Float32Array>();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "cordon-snapshots-"));
  faces.clear();
});
afterEach(async () => {
  await running?.stop();
  running = null;
  await rm(dataDir, { recursive: true });
});

/** A server, as far as its index and what that is made of go. */
async function start(change: Change = {}): Promise<Server> {
  const { pack = modelPack, workers = 2, driver = "hnsw" } = change;
  await running?.stop();
  const store = await openSqliteStore({ path: join(dataDir, "cordon.db") });
  let read = 0;
  const counting = new Proxy(store, {
    get(target, name, receiver) {
      if (name !== "scanTemplates") return Reflect.get(target, name, receiver);
      return async function* (batchSize: number, afterSeq?: number) {
        for await (const batch of target.scanTemplates(batchSize, afterSeq)) {
          read += batch.length;
          yield batch;
        }
      };
    },
  });
  const vault = await openVault({
    provider: "file",
    keyFile: join(dataDir, "key.json"),
    signerFile: join(dataDir, "signer.json"),
    createIfAbsent: true,
  });
  const index = await createIndex({ driver, dimension, workers, clock: testClock, hnsw });
  const logged: string[] = [];
  const log = createLogger("silent");
  log.warn = (details: { why?: string }) => void logged.push(details.why ?? "");
  const directory = join(dataDir, "index");
  const parts = {
    directory,
    store: counting,
    vault,
    index,
    modelPack: pack,
    log,
    templatesMin: 10,
  };
  const snapshots = createIndexSnapshots(parts);
  const exclusive = createExclusive();
  const roster = { alone: exclusive } as Engine["roster"];
  const vision = { info: { modelPack: pack } } as Engine["vision"];
  const own = { store: counting, vault, vision, index: snapshots.guarded, roster };
  const engine = own as unknown as Engine;
  const stop = async () => {
    running = null;
    await index.close();
    vault.close();
    await store.close();
  };
  const server: Server = { engine, vault, index, snapshots, logged, read: () => read, stop };
  running = server;
  if ((await store.getGallery("watch")) === null) await store.insertGallery(aGallery("watch"));
  await createGalleries(engine);
  await snapshots.load(engine);
  await index.settle();
  return server;
}

async function enrol({ engine, vault }: Server, persons: number): Promise<readonly string[]> {
  const rows = Array.from({ length: persons }, () => {
    const personId = randomUUID();
    const vector = draw.person()();
    faces.set(personId, vector);
    const { wrapped, keyVersion, key } = vault.createPersonKey(personId);
    const person = aPerson(["watch"], { personId, wrappedKey: wrapped, keyVersion });
    const one = aNew(person);
    const templates = one.templates.map((template) => {
      return {
        ...template,
        modelPack,
        sealed: sealTemplate(key, { ...template, modelPack }, vector),
      };
    });
    key.destroy();
    return { ...one, templates, vector };
  });
  await engine.store.insertPersons(rows);
  const entries = rows.map(({ person: { personId }, templates, vector }) => {
    return { templateId: templates[0]?.templateId ?? "", personId, vector };
  });
  for (const galleryId of [rosterId, "watch"]) await engine.index.add(galleryId, entries);
  return rows.map(({ person }) => person.personId);
}

async function erase({ engine }: Server, personId: string): Promise<void> {
  const [template] = await engine.store.listTemplatesOf(personId);
  await engine.store.erasePersons([anErasure([personId])]);
  const ids = [template?.templateId ?? ""];
  for (const galleryId of [rosterId, "watch"]) await engine.index.removeTemplates(galleryId, ids);
}

const save = ({ snapshots, engine }: Server) => snapshots.saveIfWorth(engine.roster);

/** Who is found for this person's own face. */
async function find({ index }: Server, personId: string): Promise<string | undefined> {
  const face = faces.get(personId) as Float32Array;
  const [found] = await index.search(permitFor("watch"), "watch", [face], 1);
  const [best] = found ?? [];
  return best !== undefined && best.score > 0.999 ? best.personId : undefined;
}

async function expectFound(server: Server, persons: readonly string[]): Promise<void> {
  for (const personId of persons) expect(await find(server, personId)).toBe(personId);
  expect(server.index.stats("watch")).toMatchObject({ templates: persons.length });
  expect(server.index.stats(rosterId)).toMatchObject({ templates: persons.length });
}

const files = (): Promise<string[]> => readdir(join(dataDir, "index")).catch(() => []);

describe("the snapshot of the index", () => {
  test("fills the galleries at a start, and the store what came later", async () => {
    let server = await start();
    const persons = [...(await enrol(server, 400))];
    await server.index.settle();
    expect(await save(server)).toBe(true);
    expect(await files()).toHaveLength(3);
    persons.push(...(await enrol(server, 7)));
    server = await start();
    expect(server.logged).toEqual([]);
    expect(server.read()).toBe(7);
    await expectFound(server, persons);
    // It stands, so that the next start is as quick.
    server = await start();
    expect(server.read()).toBe(7);
  });

  test("is made when there is none, or much has come since, and not for a few", async () => {
    const server = await start();
    await enrol(server, 9);
    expect(await save(server)).toBe(false);
    await enrol(server, 1);
    expect(await save(server)).toBe(true);
    const before = await files();
    await enrol(server, 500);
    expect(await save(server)).toBe(false);
    await enrol(server, 500);
    expect(await save(server)).toBe(true);
    const after = await files();
    expect(after).toHaveLength(3);
    expect(after.filter((name) => before.includes(name))).toEqual(["manifest.json"]);
  });

  test("is gone, key first, before an erasure is acknowledged, and made anew without them", async () => {
    let server = await start();
    const persons = await enrol(server, 50);
    await save(server);
    const [gone = "", ...rest] = persons;
    await erase(server, gone);
    expect(await files()).toEqual([]);
    expect(await save(server)).toBe(true);
    server = await start();
    expect(server.read()).toBe(0);
    expect(await find(server, gone)).toBeUndefined();
    await expectFound(server, rest);
  });

  test("does not bring back whom only the store forgot, before the server was killed", async () => {
    let server = await start();
    const [gone = "", ...rest] = await enrol(server, 50);
    await save(server);
    await server.engine.store.erasePersons([anErasure([gone])]);
    server = await start();
    expect(server.logged).toEqual([expect.stringContaining("the store has changed")]);
    expect(server.read()).toBe(49);
    expect(await find(server, gone)).toBeUndefined();
    await expectFound(server, rest);
    expect(await files()).toEqual([]);
  });

  test("is not kept when somebody is erased while it is made", async () => {
    const server = await start();
    const [gone = ""] = await enrol(server, 300);
    const saving = save(server);
    await erase(server, gone);
    expect(await saving).toBe(false);
    expect(await files()).toEqual([]);
    expect(await save(server)).toBe(true);
  });

  test("is not kept when there is no more time", async () => {
    const server = await start();
    await enrol(server, 50);
    const { snapshots, engine } = server;
    expect(await snapshots.saveIfWorth(engine.roster, AbortSignal.abort())).toBe(false);
    await server.stop();
    expect((await files()).filter((name) => name === "manifest.json")).toEqual([]);
    await start();
    expect(await files()).toEqual([]);
  });

  test("is not used after a merge, which changes whose a template is", async () => {
    let server = await start();
    const [one = "", two = ""] = await enrol(server, 50);
    await save(server);
    await server.engine.store.putMerge(aMerge(one, [two]));
    server = await start();
    expect(server.read()).toBe(50);
    expect(await find(server, two)).toBe(one);
  });

  const another: Record<string, Change> = {
    "model pack": { pack: "pack-b" },
    "number of workers": { workers: 1 },
  };
  test.each(Object.entries(another))("of another %s is not used", async (what, change) => {
    let server = await start();
    await enrol(server, 50);
    await save(server);
    server = await start(change);
    expect(server.logged).toEqual([`it is of another ${what}`]);
    expect(server.read()).toBe(50);
  });

  test("of a driver with graphs opens where there are none", async () => {
    let server = await start();
    const persons = await enrol(server, 300);
    await server.index.settle();
    await save(server);
    server = await start({ driver: "exact" });
    expect(server.read()).toBe(0);
    await expectFound(server, persons);
  });

  test("under a key that was retired is not used", async () => {
    let server = await start();
    const persons = await enrol(server, 20);
    await save(server);
    const wrapped = await Promise.all(
      persons.map(async (personId) => {
        const row = await server.engine.store.getPerson(personId);
        return { personId, old: row?.wrappedKey ?? new Uint8Array() };
      }),
    );
    await server.vault.rotate();
    const keys = wrapped.map(({ personId, old }) => {
      const { wrapped: wrappedKey, keyVersion } = server.vault.rewrapPersonKey(personId, old);
      return { personId, wrappedKey, keyVersion };
    });
    await server.engine.store.replaceKeys(keys);
    await server.vault.retire();
    server = await start();
    expect(server.logged).toHaveLength(1);
    await expectFound(server, persons);
  });

  test("of a store that was put back to before it is not used", async () => {
    let server = await start();
    const persons = await enrol(server, 20);
    await server.engine.store.backup(join(dataDir, "copy.db"));
    const [late = ""] = await enrol(server, 30);
    await save(server);
    await server.stop();
    for (const name of await readdir(dataDir)) {
      if (name.startsWith("cordon.db")) await rm(join(dataDir, name));
    }
    await writeFile(join(dataDir, "cordon.db"), await readFile(join(dataDir, "copy.db")));
    server = await start();
    expect(server.logged).toEqual(["the store does not know its newest template"]);
    expect(await find(server, late)).toBeUndefined();
    await expectFound(server, persons);
  });

  test("that was tampered with anywhere is not used, and not kept", async () => {
    let server = await start();
    const persons = await enrol(server, 30);
    for (const change of tamperings) {
      await save(server);
      const names = (await files()).toSorted();
      await change((at) => join(dataDir, "index", names.at(at) ?? ""));
      server = await start();
      expect(server.logged).toHaveLength(1);
      expect(server.read()).toBe(30);
      expect(await files()).toEqual([]);
      await expectFound(server, persons);
    }
  });

  test("leaves no vector in the data folder", async () => {
    const server = await start();
    await enrol(server, 60);
    await server.index.settle();
    await save(server);
    const floats = [...faces.values()].map((face) => Buffer.from(face.buffer).subarray(0, 16));
    let seen = 0;
    for (const file of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      seen += 1;
      const bytes = await readFile(join(file.parentPath, file.name));
      expect(floats.filter((needle) => bytes.includes(needle))).toEqual([]);
    }
    expect(seen).toBeGreaterThan(5);
  });

  test("that cannot be removed stops the start: its key could not be destroyed either", async () => {
    await mkdir(join(dataDir, "index", "manifest.json"), { recursive: true });
    await expect(start()).rejects.toThrow(/manifest.json" cannot be removed. Remove it/);
  });
});

type Tampering = (nameOf: (at: number) => string) => Promise<void>;

/** The manifest comes last by name. */
const tamperings: readonly Tampering[] = [
  (nameOf) => rm(nameOf(0)),
  (nameOf) => flip(nameOf(0), 100),
  (nameOf) => flip(nameOf(1), 60_000),
  async (nameOf) => writeFile(nameOf(0), await readFile(nameOf(1))),
  async (nameOf) => writeFile(nameOf(0), (await readFile(nameOf(0))).subarray(0, -1)),
  (nameOf) => writeFile(nameOf(-1), "{}"),
  async (nameOf) => {
    const text = await readFile(nameOf(-1), "utf8");
    await writeFile(nameOf(-1), text.replace(/\\"templates\\":30/, '\\"templates\\":31'));
  },
  async (nameOf) => {
    const text = await readFile(nameOf(-1), "utf8");
    await writeFile(nameOf(-1), text.replace(/"wrapped":"../, '"wrapped":"AA'));
  },
];

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  const place = at % bytes.length;
  bytes[place] = (bytes[place] as number) ^ 1;
  await writeFile(path, bytes);
}
