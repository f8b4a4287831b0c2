import { assessmentInForce } from "../../compliance/rules/assessment.js";
import { noticeInForce } from "../../compliance/rules/notice.js";
import { subjectOf } from "../../compliance/violation.js";
import type {
  DossierGallery,
  DossierInput,
  DossierZone,
  SecurityMeasures,
} from "../../filing/dossier/input.js";
import { isInUse } from "../../filing/snapshot.js";
import type { GalleryAuthorisation, Zone } from "../../store/records.js";
import type { Engine } from "../engine.js";
import { type AuditCheck, checkAudit } from "./audit-check.js";
import { gather, gatherAll } from "./gather.js";
import { currentStatus } from "./status.js";

/** A check of the audit that is older than a day is made anew for a dossier. */
const CHECK_AGE_MS_MAX = 86_400_000;

/**
 * What a dossier is made from: the records, the count, and what the running system measures of
 * itself. The audit is checked whole, unless that was done within a day.
 */
export async function dossierInput(engine: Engine, signal: AbortSignal): Promise<DossierInput> {
  const check = await recentCheck(engine, signal);
  return engine.exclusive(async () => {
    const { store, facts, filing, clock } = engine;
    const atMs = clock.nowMs();
    const zones = await gather((page) => store.listZones(page), zoneOf(engine));
    const inForce = recordsInForce(engine, zones, atMs);
    const notices = await gatherAll((page) => store.listRecords("notice", null, page));
    const reports = await gatherAll((page) => store.listRecords("assessment", null, page));
    const { state, threshold, reachedAtMs, clocks } = await currentStatus(engine);
    const { persons, templates } = filing.count;
    return {
      atMs,
      operator: facts.operator(),
      zones,
      galleries: await galleriesOf(engine),
      authorisations: await authorisationsOf(engine),
      count: { persons, templates, countedAtMs: atMs },
      security: await securityOf(engine, check),
      handlingRules: filing.book.handlingRules,
      minorRules: facts.minorRules(),
      notices: notices.filter(({ noticeId, version }) =>
        inForce.has(subjectOf("notice", noticeId, String(version))),
      ),
      assessments: reports.filter(({ assessmentId }) =>
        inForce.has(subjectOf("assessment", assessmentId)),
      ),
      filing: { state, threshold, reachedAtMs, clocks },
    };
  });
}

/** Notices and assessments that the gate lets queries stand on, in any zone in use. */
function recordsInForce(
  { facts }: Engine,
  zones: readonly DossierZone[],
  nowMs: number,
): ReadonlySet<string> {
  const findings = zones.filter(isInUse).flatMap(({ zoneId, purpose }) => {
    const query = { zoneId, purpose };
    return [noticeInForce, assessmentInForce].flatMap((rule) => rule.check(facts, query, nowMs));
  });
  return new Set(findings.filter(({ satisfied }) => satisfied).flatMap(({ records }) => records));
}

/** A zone without its polygons, which may be large. */
function zoneOf({ facts }: Engine): (zone: Zone) => DossierZone {
  return ({ zoneId, displayName, state, placeType, purpose, necessity, method, ...rest }) => {
    const { retentionDaysMax, permittedNetworks, validFromMs, validUntilMs } = rest;
    const cameras = [...facts.camerasOf(zoneId)].length;
    return {
      ...{ zoneId, displayName, state, placeType, purpose, necessity, method, cameras },
      ...{ retentionDaysMax, permittedNetworks, validFromMs, validUntilMs },
    };
  };
}

async function galleriesOf({ store }: Engine): Promise<readonly DossierGallery[]> {
  const counts = await store.countByGallery();
  return gather(
    (page) => store.listGalleries(page),
    ({ galleryId, displayName }) => {
      const { persons = 0, templates = 0 } = counts.get(galleryId) ?? {};
      return { galleryId, displayName, persons, templates };
    },
  );
}

function authorisationsOf({ store }: Engine): Promise<readonly GalleryAuthorisation[]> {
  return store.listAuthorisations();
}

async function securityOf(
  { store, vault, audit, filing }: Engine,
  check: AuditCheck,
): Promise<SecurityMeasures> {
  const { tls, mutualTls, tokens, loopbackOnly, callers, auditRetentionDays } =
    filing.options.posture;
  const head = audit.head();
  return {
    encryption: {
      keyProvider: vault.providerName,
      keyVersion: vault.keyVersion,
      cipher: "AES-256-GCM",
      perPersonKeys: true,
    },
    audit: {
      verified: check.intact,
      verifiedAtMs: check.atMs,
      records: check.records,
      checkpoints: check.checkpoints,
      headSeq: head.seq,
      headHash: head.hash,
      retentionDays: auditRetentionDays,
    },
    access: { tls, mutualTls, tokens, loopbackOnly, callers },
    incidents: await gather(
      (page) => store.listRecords("incident", null, page),
      ({ incidentId, occurredAtMs, description }) => ({ incidentId, occurredAtMs, description }),
    ),
  };
}

async function recentCheck(engine: Engine, signal: AbortSignal): Promise<AuditCheck> {
  const known = engine.filing.book.auditCheck;
  const ageMs = engine.clock.nowMs() - (known?.atMs ?? Number.NEGATIVE_INFINITY);
  return known !== null && ageMs <= CHECK_AGE_MS_MAX ? known : checkAudit(engine, signal);
}
