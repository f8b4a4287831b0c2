import type { FactsWriter } from "../compliance/facts.js";
import type { EmbeddedIndex } from "../index/create-index.js";
import { type IndexEntry, rosterId } from "../index/port.js";
import type { RecordKind } from "../store/gate-records.js";
import type { PersonRow, TemplateRow } from "../store/person-records.js";
import { recordKeys } from "../store/record-key.js";
import type { Page, PageRequest, Store } from "../store/store.js";
import { openTemplate } from "../vault/sealed-template.js";
import type { Engine } from "./engine.js";
import { headOf } from "./roster/who.js";

const PAGE_SIZE = 1000;
const TEMPLATE_BATCH_SIZE = 512;

/** Walks a paged listing to its end. The store reads the next page while this one is worked on. */
export async function* everyItem<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
): AsyncIterable<T> {
  let next: Promise<Page<T>> | null = list({ size: PAGE_SIZE, token: "" });
  while (next !== null) {
    const { items, nextPageToken: token }: Page<T> = await next;
    next = token === "" ? null : list({ size: PAGE_SIZE, token });
    // Whoever stops early wants no page any more, nor its failure.
    next?.catch(() => undefined);
    yield* items;
  }
}

/** Brings what the gate knows up to the store, at start. */
export async function loadFacts(store: Store, facts: FactsWriter): Promise<void> {
  // First: each zone's fingerprint is taken with it.
  facts.setOperator(await store.getOperator());
  // All at once: the store reads one kind while another is taken in here.
  await Promise.all([
    takeIn((page) => store.listZones(page), facts.putZone),
    takeIn((page) => store.listSigns(null, page), facts.putSign),
    takeIn((page) => store.listCameras(null, page), facts.putCamera),
    loadAuthorisations(store, facts),
    ...recordKinds.map((kind) => loadRecords(store, facts, kind)),
  ]);
}

async function takeIn<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  put: (item: T) => void,
): Promise<void> {
  for await (const item of everyItem(list)) put(item);
}

async function loadAuthorisations(store: Store, facts: FactsWriter): Promise<void> {
  for (const authorisation of await store.listAuthorisations()) {
    facts.putAuthorisation(authorisation);
  }
}

const recordKinds = Object.keys(recordKeys) as readonly RecordKind[];

function loadRecords<Kind extends RecordKind>(
  store: Store,
  facts: FactsWriter,
  kind: Kind,
): Promise<void> {
  return takeIn(
    (page) => store.listRecords(kind, null, page),
    (record) => facts.putRecord(kind, record),
  );
}

type Sources = Pick<Engine, "store" | "vault" | "vision">;
/** Whether a person's templates are wanted in a gallery. Those that nobody wants stay sealed. */
type Wants = (galleryId: string, personId: string) => boolean;
type Put = (galleryId: string, entries: readonly IndexEntry[]) => Promise<void>;

/** What was read: templates put into the index, and those of packs that are not compared. */
export interface Loaded {
  readonly templates: number;
  readonly ofOtherPacks: number;
}

/** Makes the roster and every gallery in the index, empty. */
export async function createGalleries({ store, index }: Pick<Engine, "store" | "index">) {
  await index.createGallery(rosterId);
  for await (const { galleryId } of everyItem((page) => store.listGalleries(page))) {
    await index.createGallery(galleryId);
  }
}

/**
 * Fills the galleries from the store, at start.
 * @param afterSeq only with templates after this one: those up to it are there
 * @throws VaultError when a template does not open: a wrong key or tampering stops the start
 */
export function loadIndex(engine: Sources & Pick<Engine, "index">, afterSeq = 0): Promise<Loaded> {
  const { index } = engine;
  // What a snapshot brought is in its place: nobody was merged since, or it had not been opened.
  const put: Put = (galleryId, entries) => index.add(galleryId, entries, { neverMoved: true });
  return readTemplates(engine, () => true, put, afterSeq);
}

/**
 * Fills the galleries again that a lost worker took along.
 * @param signal breaks it off; they are lost still
 */
export async function refillIndex(
  engine: Sources,
  index: Pick<EmbeddedIndex, "reload">,
  galleryIds: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  await index.reload(galleryIds, async (put, wants) => {
    await readTemplates(engine, wants, put, 0, signal);
  });
}

async function readTemplates(
  engine: Sources,
  wants: Wants,
  put: Put,
  afterSeq = 0,
  signal?: AbortSignal,
): Promise<Loaded> {
  const { modelPack } = engine.vision.info;
  let templates = 0;
  let ofOtherPacks = 0;
  // One batch goes into the index while the next is opened.
  let putting: Promise<unknown> = Promise.resolve();
  try {
    for await (const batch of engine.store.scanTemplates(TEMPLATE_BATCH_SIZE, afterSeq)) {
      signal?.throwIfAborted();
      const own = batch.filter(({ template }) => template.modelPack === modelPack);
      ofOtherPacks += batch.length - own.length;
      const next = putBatch(engine, own, wants, put);
      templates += next.templates;
      await putting;
      putting = next.done;
    }
  } finally {
    await putting;
  }
  return { templates, ofOtherPacks };
}

/** Opens a batch and sends it off; what it holds was copied by then, and is zeroed. */
function putBatch(
  engine: Pick<Engine, "vault">,
  batch: readonly { readonly template: TemplateRow; readonly person: PersonRow }[],
  wants: Wants,
  put: Put,
): { readonly templates: number; readonly done: Promise<unknown> } {
  const byGallery = new Map<string, IndexEntry[]>();
  const opened: Float32Array[] = [];
  try {
    for (const { template, person } of batch) {
      const personId = headOf(person);
      const galleries = [rosterId, ...person.galleryIds].filter((id) => wants(id, personId));
      if (galleries.length === 0) continue;
      const vector = open(engine, template, person);
      opened.push(vector);
      const { templateId } = template;
      for (const galleryId of galleries) {
        const entries = byGallery.get(galleryId) ?? [];
        entries.push({ templateId, personId, vector });
        byGallery.set(galleryId, entries);
      }
    }
    const done = Promise.all([...byGallery].map(([id, entries]) => put(id, entries)));
    // Whoever waits for it hears of a failure; until then nobody may.
    done.catch(() => undefined);
    return { templates: opened.length, done };
  } finally {
    for (const vector of opened) vector.fill(0);
  }
}

function open(engine: Pick<Engine, "vault">, template: TemplateRow, person: PersonRow) {
  const key = engine.vault.openPersonKey(person.personId, person.wrappedKey);
  try {
    return openTemplate(key, template, template.sealed);
  } finally {
    key.destroy();
  }
}
