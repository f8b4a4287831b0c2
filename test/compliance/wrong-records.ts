import type { FactsWriter } from "../../src/compliance/facts.js";
import { revisedOperator } from "../../src/compliance/fingerprint.js";
import {
  admission,
  alternative,
  assessmentFor,
  changedBack,
  DAY_MS,
  egressBasis,
  incident,
  NOW,
  noticeFor,
  operator,
  plaza,
  putTold,
} from "./world.js";
import type { Wrong } from "./wrong.js";

export const wrongNotices: readonly Wrong[] = [
  {
    when: "no notice is published",
    reason: "NOTICE_MISSING",
    subject: "zone/plaza/notice",
    change: (facts) => facts.deleteRecord("notice", noticeFor(plaza)),
  },
  {
    when: "the notice is withdrawn",
    reason: "NOTICE_MISSING",
    subject: "zone/plaza/notice",
    change: (facts) => facts.putRecord("notice", { ...noticeFor(plaza), withdrawnAtMs: NOW }),
  },
  {
    when: "the notice's newest version does not name the zone",
    reason: "NOTICE_MISSING",
    subject: "zone/plaza/notice",
    change: (facts) =>
      facts.putRecord("notice", { ...noticeFor({ ...plaza, zoneId: "station" }, 2) }),
  },
  ...Object.entries({
    necessity: { necessity: "Other crowds" },
    retention: { retentionDaysMax: 31 },
  }).map(([what, changed]) => ({
    when: `the zone's ${what} has changed since the notice`,
    reason: "NOTICE_OUTDATED" as const,
    subject: "notice/plaza-notice/1",
    change: (facts: FactsWriter) => facts.putZone({ ...plaza, ...changed }),
  })),
  ...["name", "contact"].map((field) => ({
    when: `the operator's ${field} has changed since the notice`,
    reason: "NOTICE_OUTDATED" as const,
    subject: "notice/plaza-notice/1",
    change: (facts: FactsWriter) => facts.setOperator({ ...operator, [field]: "Another" }),
  })),
  {
    when: "the zone's method has changed since the notice",
    reason: "NOTICE_OUTDATED",
    subject: "notice/plaza-notice/1",
    change: (facts) => {
      const changed = { ...plaza, method: "Another" };
      putTold(facts, changed);
      facts.putRecord("notice", noticeFor(plaza));
    },
  },
  {
    when: "the zone's method has changed since the notice, and changed back",
    reason: "NOTICE_OUTDATED",
    subject: "notice/plaza-notice/1",
    change: (facts) => {
      putTold(facts, changedBack);
      facts.putRecord("notice", noticeFor(plaza));
    },
  },
  {
    when: "the operator's contact has changed since the notice, and changed back",
    reason: "NOTICE_OUTDATED",
    subject: "notice/plaza-notice/1",
    change: (facts) => {
      const other = revisedOperator(operator, { ...operator, contact: "Another" });
      facts.setOperator(revisedOperator(other, operator));
    },
  },
];

export const wrongAssessments: readonly Wrong[] = [
  {
    when: "there is no impact assessment",
    reason: "PIA_MISSING",
    subject: "zone/plaza/assessment",
    change: (facts) => facts.deleteRecord("assessment", assessmentFor(plaza)),
  },
  {
    when: "the impact assessment is a draft",
    reason: "PIA_MISSING",
    subject: "zone/plaza/assessment",
    change: (facts) =>
      facts.putRecord("assessment", {
        ...assessmentFor(plaza),
        state: "DRAFT",
        approvedAtMs: null,
      }),
  },
  {
    when: "the impact assessment does not name the zone",
    reason: "PIA_MISSING",
    subject: "zone/plaza/assessment",
    change: (facts) =>
      facts.putRecord("assessment", { ...assessmentFor(plaza), zoneIds: ["station"] }),
  },
  {
    when: "the impact assessment covers another method",
    reason: "PIA_OUTDATED",
    subject: "assessment/pia-1",
    change: (facts) => facts.putRecord("assessment", assessmentFor({ ...plaza, method: "Old" })),
  },
  {
    when: "the impact assessment covers another purpose",
    reason: "PIA_OUTDATED",
    subject: "assessment/pia-1",
    change: (facts) => facts.putRecord("assessment", assessmentFor(admission)),
  },
  {
    when: "the zone's method has changed since the impact assessment, and changed back",
    reason: "PIA_OUTDATED",
    subject: "assessment/pia-1",
    change: (facts) => {
      putTold(facts, changedBack);
      facts.putRecord("assessment", assessmentFor(plaza));
    },
  },
  ...Object.entries({
    "recorded before a major incident, and approved after it": { approvedAtMs: NOW },
    "approved before a major incident, by a clock that was set back": { recordedAtMs: NOW },
    "recorded in the very moment of a major incident": {
      recordedAtMs: incident.recordedAtMs,
      approvedAtMs: NOW,
    },
  }).map(([what, times]) => ({
    when: `the impact assessment was ${what}`,
    reason: "PIA_OUTDATED" as const,
    subject: "assessment/pia-1",
    change: (facts: FactsWriter) => {
      facts.putRecord("incident", incident);
      const before = { recordedAtMs: NOW - DAY_MS, approvedAtMs: NOW - DAY_MS };
      facts.putRecord("assessment", { ...assessmentFor(plaza), ...before, ...times });
    },
  })),
  {
    when: "the impact assessment has run out",
    reason: "PIA_OUTDATED",
    subject: "assessment/pia-1",
    change: (facts) =>
      facts.putRecord("assessment", { ...assessmentFor(plaza), validUntilMs: NOW }),
  },
  {
    when: "a major incident has happened in the zone since",
    reason: "PIA_OUTDATED",
    subject: "assessment/pia-1",
    change: (facts) => facts.putRecord("incident", incident),
  },
  {
    when: "a major incident that concerns every zone has happened since",
    reason: "PIA_OUTDATED",
    subject: "assessment/pia-1",
    change: (facts) => facts.putRecord("incident", { ...incident, zoneIds: [] }),
  },
  {
    when: "an older incident was put on record only after the assessment",
    reason: "PIA_OUTDATED",
    subject: "assessment/pia-1",
    change: (facts) => facts.putRecord("incident", { ...incident, occurredAtMs: 0 }),
  },
];

export const wrongAlternatives: readonly Wrong[] = [
  {
    when: "no alternative to admission by face is on record",
    reason: "ALTERNATIVE_METHOD_MISSING",
    subject: "zone/plaza/alternative",
    admission: true,
    change: (facts) => facts.deleteRecord("alternative", alternative),
  },
  {
    when: "the alternative is not available yet",
    reason: "ALTERNATIVE_METHOD_MISSING",
    subject: "zone/plaza/alternative",
    admission: true,
    change: (facts) => facts.putRecord("alternative", { ...alternative, availableFromMs: NOW + 1 }),
  },
];

export const wrongEgress: readonly Wrong[] = [
  {
    when: "the caller is in no permitted network",
    reason: "EGRESS_NOT_PERMITTED",
    subject: "peer/10.2.0.1",
    asked: { peerAddress: "10.2.0.1" },
  },
  {
    when: "the caller has no address",
    reason: "EGRESS_NOT_PERMITTED",
    subject: "peer/",
    asked: { peerAddress: "" },
  },
  ...Object.entries({
    "has run out": { validUntilMs: NOW },
    "names neither law nor consents": { citation: " " },
    "is for other networks": { networks: ["198.51.100.0/24"] },
    "is for another zone": { zoneId: "station" },
  }).map(([fault, changed]) => ({
    when: `the caller's egress basis ${fault}`,
    reason: "EGRESS_NOT_PERMITTED" as const,
    subject: "peer/203.0.113.9",
    asked: { peerAddress: "203.0.113.9" },
    change: (facts: FactsWriter) => {
      facts.deleteRecord("egress", egressBasis);
      facts.putRecord("egress", { ...egressBasis, ...changed });
    },
  })),
];
