import type { GalleryAuthorisation } from "../../store/records.js";
import { isInUse } from "../snapshot.js";
import { enclosureStates } from "./enclosures.js";
import { type Contents, findGaps } from "./gaps.js";
import type { DossierInput, DossierNotice, DossierZone } from "./input.js";
import { DOSSIER_FORM, type Dossier, type Scenario } from "./schema.js";

/**
 * The dossier of Art. 15, with what it lacks. Pure: the same records, in whatever order, make the
 * same dossier. Costs time in proportion to the records.
 *
 * @throws RangeError for an instant that is no date
 */
export function buildDossier(input: DossierInput): Dossier {
  const contents = contentsOf(input);
  const gaps = findGaps(contents);
  return {
    ...contents,
    complete: gaps.length === 0,
    gaps,
    enclosures: enclosureStates(gaps),
  };
}

function contentsOf(input: DossierInput): Contents {
  const { handlingRules, minorRules, assessments, atMs } = input;
  const zones = sortedBy(input.zones.filter(isInUse), ({ zoneId }) => zoneId);
  const inUse = new Set(zones.map(({ zoneId }) => zoneId));
  const authorisations = authorisationsOf(input, inUse);
  return {
    form: DOSSIER_FORM,
    madeAt: iso(atMs),
    filing: filingOf(input.filing),
    processor: processorOf(input.operator),
    scenarios: scenariosOf(zones, authorisations),
    stored: storedOf(input),
    security: securityOf(input, authorisations),
    rules: {
      handling: handlingRules === null ? null : approved(handlingRules),
      minors: minorRules === null ? null : approved(minorRules),
      notices: noticesOf(input.notices, inUse),
    },
    assessments: assessmentsOf(assessments, inUse, atMs),
  };
}

function filingOf({ state, threshold, reachedAtMs, clocks }: DossierInput["filing"]) {
  return {
    state,
    threshold,
    reachedAt: isoOrNull(reachedAtMs),
    clocks: clocks.map(({ kind, startDay, day, provisional, stoppedAtMs, sections }) => ({
      kind,
      startDay,
      deadlineDay: day,
      provisional,
      running: stoppedAtMs === null,
      sections: [...sections],
    })),
  };
}

function processorOf(operator: DossierInput["operator"]): Dossier["processor"] {
  if (operator === null) return null;
  const { name, contact, unifiedSocialCreditCode, region } = operator;
  const officers = operator.officers.map((officer) => ({
    role: officer.role,
    name: officer.name,
    contact: officer.contact,
  }));
  return { name, contact, unifiedSocialCreditCode, region, officers };
}

/** Of galleries on record and zones in use. */
function authorisationsOf(input: DossierInput, inUse: ReadonlySet<string>) {
  const known = new Set(input.galleries.map(({ galleryId }) => galleryId));
  const authorisations = input.authorisations.filter(
    ({ galleryId, zoneId }) => known.has(galleryId) && inUse.has(zoneId),
  );
  return sortedBy(authorisations, ({ zoneId, galleryId, purpose }) =>
    [zoneId, galleryId, purpose].join(" "),
  );
}

function scenariosOf(
  zones: readonly DossierZone[],
  authorisations: readonly GalleryAuthorisation[],
): Scenario[] {
  const galleryIds = new Map<string, string[]>();
  for (const { zoneId, galleryId, purpose } of authorisations) {
    const key = `${zoneId} ${purpose}`;
    const known = galleryIds.get(key);
    if (known === undefined) galleryIds.set(key, [galleryId]);
    else known.push(galleryId);
  }
  return zones.map((zone) => ({
    zoneId: zone.zoneId,
    displayName: zone.displayName,
    state: zone.state === "SUSPENDED" ? "SUSPENDED" : "ACTIVE",
    placeType: zone.placeType,
    purpose: zone.purpose,
    necessity: zone.necessity,
    method: zone.method,
    cameras: zone.cameras,
    galleryIds: galleryIds.get(`${zone.zoneId} ${zone.purpose}`) ?? [],
    retentionDaysMax: zone.retentionDaysMax,
    permittedNetworks: [...zone.permittedNetworks],
    validFrom: iso(zone.validFromMs),
    validUntil: iso(zone.validUntilMs),
  }));
}

function storedOf({ count, galleries }: DossierInput): Dossier["stored"] {
  return {
    persons: count.persons,
    templates: count.templates,
    countedAt: iso(count.countedAtMs),
    galleries: sortedBy(galleries, ({ galleryId }) => galleryId).map(
      ({ galleryId, displayName, persons, templates }) => ({
        galleryId,
        displayName,
        persons,
        templates,
      }),
    ),
  };
}

function securityOf(
  { security, handlingRules }: DossierInput,
  authorisations: readonly GalleryAuthorisation[],
): Dossier["security"] {
  const { encryption, audit, access, incidents } = security;
  const { keyProvider, keyVersion, cipher, perPersonKeys } = encryption;
  const { verified, verifiedAtMs, records, checkpoints, headSeq, headHash, retentionDays } = audit;
  const { tls, mutualTls, tokens, loopbackOnly } = access;
  const chain = { records, checkpoints, headSeq, headHash, retentionDays };
  return {
    encryption: { keyProvider, keyVersion, cipher, perPersonKeys },
    audit: { verified, verifiedAt: isoOrNull(verifiedAtMs), ...chain },
    access: {
      ...{ tls, mutualTls, tokens, loopbackOnly },
      callers: sortedBy(access.callers, ({ role }) => role).map(({ role, callers }) => ({
        role,
        callers,
      })),
    },
    authorisations: authorisations.map(({ galleryId, zoneId, purpose, authorisedAtMs }) => ({
      ...{ galleryId, zoneId, purpose },
      authorisedAt: iso(authorisedAtMs),
    })),
    intrusionDetection: handlingRules?.intrusionDetection ?? "",
    incidents: sortedBy(incidents, ({ incidentId }) => incidentId).map(
      ({ incidentId, occurredAtMs, description }) => ({
        incidentId,
        occurredAt: iso(occurredAtMs),
        description,
      }),
    ),
  };
}

function noticesOf(
  notices: readonly DossierNotice[],
  inUse: ReadonlySet<string>,
): Dossier["rules"]["notices"] {
  const told = notices.filter(({ zoneIds }) => zoneIds.some((zoneId) => inUse.has(zoneId)));
  return sortedBy(told, ({ noticeId, version }) => `${noticeId} ${version}`).map((notice) => ({
    noticeId: notice.noticeId,
    version: notice.version,
    zoneIds: notice.zoneIds.filter((zoneId) => inUse.has(zoneId)),
    publishedAt: iso(notice.publishedAtMs),
    accessibleFormats: [...notice.accessibleFormats],
    texts: notice.texts.map((text) => ({ ...text })),
  }));
}

function assessmentsOf(
  assessments: DossierInput["assessments"],
  inUse: ReadonlySet<string>,
  atMs: number,
): Dossier["assessments"] {
  const valid = assessments.filter(
    ({ state, validUntilMs, zoneIds }) =>
      state === "APPROVED" && validUntilMs > atMs && zoneIds.some((zoneId) => inUse.has(zoneId)),
  );
  return sortedBy(valid, ({ assessmentId }) => assessmentId).map((assessment) => {
    const { assessmentId, trigger, lawfulness, impact, risks, measures } = assessment;
    return {
      assessmentId,
      zoneIds: assessment.zoneIds.filter((zoneId) => inUse.has(zoneId)),
      ...{ trigger, lawfulness, impact, risks, measures },
      documentSha256: assessment.documentSha256,
      approver: assessment.approver,
      approvedAt: isoOrNull(assessment.approvedAtMs),
      validUntil: iso(assessment.validUntilMs),
    };
  });
}

/** With its time as text. */
function approved<T extends { readonly approvedAtMs: number }>({ approvedAtMs, ...rest }: T) {
  return { ...rest, approvedAt: iso(approvedAtMs) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

/** By code units, so that it is the same everywhere. */
function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}
