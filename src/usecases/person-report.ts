import type { Caller } from "../access/access.js";
import type { AuditLine } from "../audit/audit.js";
import { abortError, notFound } from "../base/errors.js";
import type { Merge } from "../store/decision-records.js";
import type { PersonRow } from "../store/person-records.js";
import { idsOf } from "./audit-records.js";
import { actorOf, type Engine } from "./engine.js";
import { everyItem } from "./load.js";
import { openPersonDetails } from "./person-details.js";
import { isDue, lastErasure, ownRow } from "./roster/who.js";

/** First what is held, then the records that name the person, oldest first. */
export type ReportPart =
  | { readonly held: Readonly<Record<string, unknown>> }
  | { readonly record: AuditLine };

/**
 * Everything held about one person, and every query that returned them (the right to know,
 * Personal Information Protection Law, Art. 45). Never the templates' numbers.
 * @throws CordonError NOT_FOUND for somebody who is neither enrolled nor erased
 */
export async function* reportPerson(
  engine: Engine,
  personId: string,
  caller: Caller,
  signal: AbortSignal,
): AsyncIterable<ReportPart> {
  const own = await ownRow(engine, personId);
  const erasure = own === null ? await lastErasure(engine, personId) : null;
  if (own === null && erasure === null) throw notFound("person", personId);
  await engine.audit.append({
    act: "person.report",
    actor: actorOf(caller),
    details: { personId: own?.personId ?? personId },
  });
  const erased =
    erasure === null
      ? {}
      : { erasure: { ...(JSON.parse(erasure.receipt) as Record<string, unknown>) } };
  const held = own === null ? { personId } : await heldAbout(engine, own);
  yield { held: { ...held, ...erased } };
  const personIds = await idsOf(engine, personId);
  for await (const record of engine.audit.query({ personIds }, 0)) {
    if (signal.aborted) throw abortError(signal);
    yield { record };
  }
}

async function heldAbout(engine: Engine, own: PersonRow) {
  const { store } = engine;
  const { personId } = own;
  const rows = await store.listParts(personId);
  const enrolments = await Promise.all(rows.map((row) => enrolment(engine, row)));
  const merges: Merge[] = [];
  for await (const merge of everyItem((page) => store.listMerges(personId, page))) {
    merges.push(merge);
  }
  const distinct = await store.listDistinct(rows.map((row) => row.personId));
  return { personId, enrolments, merges, distinctFrom: distinct };
}

async function enrolment(engine: Engine, row: PersonRow) {
  const due = isDue(row, engine.clock.nowMs());
  const templates = await engine.store.listTemplatesOf(row.personId);
  return {
    enrolmentId: row.personId,
    ...(due ? { dueForErasure: true } : openedDetails(engine, row)),
    galleryIds: row.galleryIds,
    lawfulBasis: row.lawfulBasis,
    enrolledAt: instant(row.createdAtMs),
    retentionDeadline: instant(row.retentionDeadlineMs),
    templates: templates.map(({ templateId, modelPack, createdAtMs }) => {
      return { templateId, modelPack, createdAt: instant(createdAtMs) };
    }),
  };
}

/** Past its deadline a row is held until the sweeper comes by, and not opened any more. */
function openedDetails({ vault }: Engine, row: PersonRow) {
  const details = openPersonDetails(vault, row);
  const { displayName, externalReference, birthDate, ageBand } = details;
  return { displayName, externalReference, birthDate, ageBand };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
