import { newId, newTimedId } from "../../base/ids.js";
import type { DistinctPair, Merge } from "../../store/decision-records.js";
import type { TemplateRow } from "../../store/person-records.js";
import type { NewPerson } from "../../store/store.js";
import { sealDetails } from "../../vault/sealed-details.js";
import { sealTemplate } from "../../vault/sealed-template.js";
import type { Engine } from "../engine.js";
import type { SeenFace } from "../probe.js";
import type { EnrolJob } from "./enrol-job.js";
import type { Resolved } from "./resolve.js";

/** A job as it will be stored. */
export interface Sealed {
  readonly job: EnrolJob;
  readonly resolved: Resolved;
  readonly row: NewPerson;
  readonly faces: readonly { readonly templateId: string; readonly face: SeenFace }[];
}

/** Seals a job's templates and details under a new data key. */
export function seal(
  engine: Pick<Engine, "vault" | "vision" | "clock">,
  decided: { readonly job: EnrolJob; readonly personId: string; readonly resolved: Resolved },
): Sealed {
  const { job, personId, resolved } = decided;
  const { modelPack } = engine.vision.info;
  const createdAtMs = engine.clock.nowMs();
  const faces = job.faces.map((face) => ({ templateId: newTimedId(createdAtMs), face }));
  const { wrapped, keyVersion, key } = engine.vault.createPersonKey(personId);
  try {
    const templates = faces.map(({ templateId, face }): TemplateRow => {
      const sealed = sealTemplate(key, { templateId, modelPack }, face.embedding);
      return { templateId, personId, modelPack, sealed, createdAtMs };
    });
    const person = {
      personId,
      wrappedKey: wrapped,
      keyVersion,
      mergedInto: resolved.linkTo?.personId ?? null,
      requestKey: job.requestKey,
      sealedDetails: sealDetails(key, job.details),
      lawfulBasis: job.lawfulBasis,
      retentionDeadlineMs: job.retentionDeadlineMs,
      createdAtMs,
      galleryIds: job.galleryIds,
    };
    const merge = mergeOf(resolved, personId, createdAtMs);
    const distinct = pairsOf(resolved, personId, createdAtMs);
    return { job, resolved, row: { person, templates, merge, distinct }, faces };
  } finally {
    key.destroy();
  }
}

function mergeOf(
  { linkTo, reason, decidedBy }: Resolved,
  personId: string,
  mergedAtMs: number,
): Merge | null {
  if (linkTo === null) return null;
  return {
    mergeId: newId(),
    personId: linkTo.personId,
    duplicatePersonId: personId,
    movedIds: [personId],
    ...{ reason, decidedBy, mergedAtMs, undoneAtMs: null },
  };
}

function pairsOf(
  { distinctFrom, reason, decidedBy }: Resolved,
  personId: string,
  decidedAtMs: number,
): readonly DistinctPair[] {
  return distinctFrom.map((other) => {
    const personIds =
      other < personId ? ([other, personId] as const) : ([personId, other] as const);
    return { personIds, reason, decidedBy, decidedAtMs };
  });
}
