import type { Caller } from "../access/access.js";
import { abortError, invalidField, notFound } from "../base/errors.js";
import { newId } from "../base/ids.js";
import { decideEnrol } from "../compliance/gate.js";
import { isUnder14 } from "../compliance/rules/age.js";
import type { Enrolment } from "../compliance/rules/rule.js";
import type { Refusal } from "../compliance/violation.js";
import type { LawfulBasis, PersonDetails, TemplateRow } from "../store/records.js";
import { sealDetails } from "../vault/sealed-details.js";
import { sealTemplate } from "../vault/sealed-template.js";
import { actorOf, type Engine } from "./engine.js";
import { seeAll } from "./enrol-faces.js";
import { type Probe, type SeenFace, wipe } from "./probe.js";

export interface EnrolRequest extends Enrolment {
  readonly displayName: string;
  readonly externalReference: string;
  readonly sources: readonly Probe[];
}

export interface EnrolledTemplate extends Omit<SeenFace, "embedding" | "landmarks"> {
  readonly templateId: string;
}

export type EnrolOutcome =
  | { readonly refused: true; readonly refusal: Refusal }
  | {
      readonly refused: false;
      readonly personId: string;
      readonly modelPack: string;
      readonly templates: readonly EnrolledTemplate[];
    };

export const GALLERIES_PER_PERSON_MAX = 64;
export const SOURCES_PER_PERSON_MAX = 16;
export const NAME_CHARACTERS_MAX = 200;

/**
 * Enrols one person, all or nothing: gate, one fit face from every source, sealing, the store,
 * the index, the audit. Searchable when the promise resolves.
 */
export async function enrol(
  engine: Engine,
  request: EnrolRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<EnrolOutcome> {
  checkRequest(engine, request);
  const verdict = decideEnrol(engine.facts, request, engine.clock.nowMs());
  const actor = actorOf(caller);
  const galleryIds = [...request.galleryIds];
  if (!verdict.permitted) {
    const reasons = verdict.refusal.violations.map((violation) => violation.reason);
    for (const reason of reasons) engine.metrics.refusals.inc({ act: "enrol", reason });
    await engine.audit.append({
      act: "enrol",
      actor,
      details: { outcome: "REFUSED", reasons, galleryIds },
    });
    return { refused: true, refusal: verdict.refusal };
  }
  const faces = await seeAll(engine.vision, verdict.permit, request.sources, signal);
  try {
    // Past this point it is stored: an enrolment whose caller has gone must not be.
    if (signal.aborted) throw abortError(signal);
    const personId = newId();
    const { lawfulBasis, retentionDeadlineMs } = verdict;
    const details = detailsOf(request);
    const person = { personId, galleryIds, details, lawfulBasis, retentionDeadlineMs };
    const templates = await engine.exclusivePerson(personId, () => keep(engine, person, faces));
    await engine.audit.append({
      act: "enrol",
      actor,
      details: { outcome: "ENROLLED", personId, galleryIds, templates: templates.length },
    });
    engine.metrics.persons.inc();
    return { refused: false, personId, modelPack: engine.vision.info.modelPack, templates };
  } finally {
    wipe(faces);
  }
}

function checkRequest(engine: Engine, request: EnrolRequest): void {
  const { galleryIds, sources, age } = request;
  if (galleryIds.length === 0 || galleryIds.length > GALLERIES_PER_PERSON_MAX) {
    throw invalidField("gallery_ids", `name 1 to ${GALLERIES_PER_PERSON_MAX} galleries`);
  }
  if (new Set(galleryIds).size !== galleryIds.length) {
    throw invalidField("gallery_ids", "names a gallery twice");
  }
  if (sources.length === 0 || sources.length > SOURCES_PER_PERSON_MAX) {
    throw invalidField("sources", `give 1 to ${SOURCES_PER_PERSON_MAX} pictures or embeddings`);
  }
  for (const galleryId of galleryIds) {
    if (engine.index.stats(galleryId) === null) throw notFound("gallery", galleryId);
  }
  const texts = [
    ["display_name", request.displayName],
    ["external_reference", request.externalReference],
  ] as const;
  for (const [field, text] of texts) {
    if (text.length > NAME_CHARACTERS_MAX) {
      throw invalidField(field, `must have at most ${NAME_CHARACTERS_MAX} characters`);
    }
  }
  if (age !== null && isUnder14(age, engine.clock.nowMs()) === null) {
    throw invalidField("birth_date", "must be a day up to today, as YYYY-MM-DD");
  }
}

/** What identifies the person, to be sealed. The age too: when the rules change, it counts again. */
function detailsOf({ displayName, externalReference, age }: EnrolRequest): PersonDetails {
  const birthDate = age !== null && "birthDate" in age ? age.birthDate : "";
  const ageBand = age !== null && "band" in age ? age.band : "";
  return { displayName, externalReference, birthDate, ageBand };
}

interface NewPerson {
  readonly personId: string;
  readonly galleryIds: readonly string[];
  readonly details: PersonDetails;
  readonly lawfulBasis: LawfulBasis;
  readonly retentionDeadlineMs: number;
}

/** Seals, stores and indexes; when the index fails, the store is put back as it was. */
async function keep(
  engine: Engine,
  { details, ...person }: NewPerson,
  faces: readonly SeenFace[],
): Promise<readonly EnrolledTemplate[]> {
  const { personId, galleryIds } = person;
  const createdAtMs = engine.clock.nowMs();
  const made = faces.map((face) => ({ face, templateId: newId() }));
  const wrappedKey = engine.vault.newPersonKey(personId);
  const key = engine.vault.openPersonKey(personId, wrappedKey);
  try {
    const modelPack = engine.vision.info.modelPack;
    const rows = made.map(({ face, templateId }): TemplateRow => {
      const sealed = sealTemplate(key, { templateId, modelPack }, face.embedding);
      return { templateId, personId, modelPack, sealed, createdAtMs };
    });
    const sealedDetails = sealDetails(key, details);
    await engine.store.insertPerson({ ...person, wrappedKey, sealedDetails, createdAtMs }, rows);
  } finally {
    key.destroy();
  }
  try {
    const entries = made.map(({ face, templateId }) => ({
      templateId,
      personId,
      vector: face.embedding,
    }));
    for (const galleryId of galleryIds) await engine.index.add(galleryId, entries);
  } catch (thrown) {
    await undo(engine, personId, galleryIds);
    throw thrown;
  }
  return made.map(({ face, templateId }) => ({
    templateId,
    box: face.box,
    quality: face.quality,
  }));
}

async function undo(engine: Engine, personId: string, galleryIds: readonly string[]) {
  const removals = galleryIds.map((galleryId) => engine.index.removePerson(galleryId, personId));
  await Promise.allSettled(removals);
  await engine.store.deletePerson(personId);
}
