import { createHash } from "node:crypto";
import type { FilingSection, FilingSnapshot, HandlingRules } from "../store/filing-records.js";
import { filingSections } from "../store/filing-records.js";
import type { ImpactAssessment, MinorRules, Notice } from "../store/gate-records.js";
import type { Operator, Zone } from "../store/records.js";

/** A measure as it is in force, for example "encryption at rest" by "AES-256-GCM". */
export interface SecurityFact {
  /** What it is; each once. */
  readonly measure: string;
  /**
   * How it is done, measured from the running system. Nothing that moves by itself belongs here:
   * no counts, times, addresses, versions of keys or of the program.
   */
  readonly fact: string;
}

/** What is filed, as it stands. Zones, notices and assessments may be all there are. */
export interface FiledFacts {
  /** Null while none is on record. */
  readonly operator: Operator | null;
  readonly zones: readonly FiledZone[];
  readonly notices: readonly Notice[];
  readonly handlingRules: HandlingRules | null;
  readonly minorRules: MinorRules | null;
  readonly security: readonly SecurityFact[];
  readonly assessments: readonly ImpactAssessment[];
}

export type FiledZone = Pick<
  Zone,
  "zoneId" | "state" | "placeType" | "purpose" | "method" | "retentionDaysMax"
>;

/**
 * SHA-256 of each part of what is filed. Art. 15 asks for a filing of changes when what was filed
 * 发生实质性变更, changes materially; it lists what is filed, and the law says no more. Read so:
 *
 * - operator (1): its name, contact, credit code and region; who is the legal representative; who
 *   protects data, and how they are reached. Not: who handles the filing, and how the legal
 *   representative is reached.
 * - purpose (2): of each zone in use, its purpose and kind of place; so a zone taken into use, or
 *   out of it. Not: names, ids, outlines, entrances and cameras of zones.
 * - method (2): of each zone in use, how faces are processed. Not: the same.
 * - security (3): every measure in force, and how it is done. Not: the count of persons.
 * - rules (4): what notices in force tell, in which languages and forms; the handling rules; the
 *   rules for minors; the retention of each zone in use; the signed documents. Not: ids, versions,
 *   dates and approvers.
 * - assessment (5): the reports in force for zones in use. Not: ids, dates, approvers, and reports
 *   that newer ones replaced.
 *
 * Zones in use are active or suspended ones: a suspension ends no use. White space and the order of
 * anything are never material, every other letter of a text is.
 *
 * Snapshots are stored: a change of their form would look like a change of everything.
 */
export function snapshotOf(facts: FiledFacts): FilingSnapshot {
  const zones = facts.zones.filter(isInUse);
  return {
    operator: digest("operator", operatorParts(facts.operator)),
    purpose: digest("purpose", sorted(zones.map(({ placeType, purpose }) => [placeType, purpose]))),
    method: digest("method", sorted(zones.map(({ method }) => plain(method)))),
    rules: digest("rules", ruleParts(facts, zones)),
    security: digest(
      "security",
      sorted(facts.security.map(({ measure, fact }) => [plain(measure), plain(fact)])),
    ),
    assessment: digest("assessment", assessmentParts(facts.assessments, zones)),
  };
}

/** Sections that differ, in the order of `filingSections`. */
export function changedSections(
  before: FilingSnapshot,
  after: FilingSnapshot,
): readonly FilingSection[] {
  return filingSections.filter((section) => before[section] !== after[section]);
}

/** True for a zone whose purpose and method are filed. */
export function isInUse({ state }: Pick<Zone, "state">): boolean {
  return state === "ACTIVE" || state === "SUSPENDED";
}

type Part = string | number | null | readonly Part[];

function operatorParts(operator: Operator | null): Part {
  if (operator === null) return null;
  const { name, contact, unifiedSocialCreditCode, region, officers } = operator;
  const people = officers.flatMap(({ role, ...person }): readonly Part[] => {
    if (role === "FILING_HANDLER") return [];
    const known = role === "LEGAL_REPRESENTATIVE" ? [person.name] : [person.name, person.contact];
    return [[role, ...known.map(plain)]];
  });
  return [...[name, contact, unifiedSocialCreditCode, region].map(plain), distinct(people)];
}

function ruleParts(facts: FiledFacts, zones: readonly FiledZone[]): Part {
  const { handlingRules, minorRules } = facts;
  const retention = sorted(zones.map(({ retentionDaysMax }) => retentionDaysMax));
  return [
    noticeParts(facts.notices, zones),
    handlingRules === null ? null : handlingParts(handlingRules),
    minorRules === null ? null : minorParts(minorRules),
    retention,
  ];
}

function handlingParts(rules: HandlingRules): Part {
  const { collection, storage, use, transfer, deletion } = rules;
  const { authorisation, incidentResponse, intrusionDetection, documentSha256 } = rules;
  const handling = [collection, storage, use, transfer, deletion];
  const guarding = [authorisation, incidentResponse, intrusionDetection];
  return [...handling, ...guarding, documentSha256].map(plain);
}

function minorParts({ storage, use, transfer, disclosure, documentSha256 }: MinorRules): Part {
  return [storage, use, transfer, disclosure, documentSha256].map(plain);
}

/** Of the newest version of each notice, unless withdrawn, that is about a zone in use. */
function noticeParts(notices: readonly Notice[], zones: readonly FiledZone[]): Part {
  const newest = new Map<string, Notice>();
  for (const notice of notices) {
    const version = newest.get(notice.noticeId)?.version ?? 0;
    if (notice.version > version) newest.set(notice.noticeId, notice);
  }
  const inUse = new Set(zones.map(({ zoneId }) => zoneId));
  const inForce = [...newest.values()].filter(
    ({ withdrawnAtMs, zoneIds }) => withdrawnAtMs === null && zoneIds.some((id) => inUse.has(id)),
  );
  return distinct(
    inForce.map(({ texts, accessibleFormats }) => [
      sorted(
        texts.map((text) => {
          const { language, processor, purposeMethodRetention } = text;
          const { necessityImpact, rights, other } = text;
          const items = [processor, purposeMethodRetention, necessityImpact, rights, other];
          return [language, ...items].map(plain);
        }),
      ),
      sorted(accessibleFormats),
    ]),
  );
}

/** Of the newest approved report for each zone in use. */
function assessmentParts(
  assessments: readonly ImpactAssessment[],
  zones: readonly FiledZone[],
): Part {
  const approved = assessments
    .filter(({ state }) => state === "APPROVED")
    .sort((a, b) => (b.approvedAtMs ?? 0) - (a.approvedAtMs ?? 0) || compare(a, b));
  const inForce = new Set<ImpactAssessment>();
  for (const { zoneId } of zones) {
    const report = approved.find(({ zoneIds }) => zoneIds.includes(zoneId));
    if (report !== undefined) inForce.add(report);
  }
  return distinct(
    [...inForce].map(({ trigger, lawfulness, impact, risks, measures, documentSha256 }) =>
      [trigger, lawfulness, impact, risks, measures, documentSha256].map(plain),
    ),
  );
}

/** Of two approved in one millisecond, always the same one. */
function compare(a: ImpactAssessment, b: ImpactAssessment): number {
  return a.assessmentId < b.assessmentId ? -1 : 1;
}

/** A text without what nobody reads: white space in runs, and two codes for one letter. */
function plain(text: string): string {
  return text.normalize("NFC").replace(/\s+/gu, " ").trim();
}

/** In one order, whatever it was. What is there twice stays twice. */
function sorted(parts: readonly Part[]): readonly Part[] {
  return parts
    .map((part) => ({ part, key: JSON.stringify(part) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ part }) => part);
}

/** In one order, each once. */
function distinct(parts: readonly Part[]): readonly Part[] {
  return [...new Map(sorted(parts).map((part) => [JSON.stringify(part), part])).values()];
}

/** Lists in a given order are canonical JSON, and quotes keep the parts apart. */
function digest(section: FilingSection, parts: Part): string {
  return createHash("sha256")
    .update(JSON.stringify(["cordon/filing/1", section, parts]))
    .digest("hex");
}
