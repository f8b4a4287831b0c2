import { describe, expect, it } from "vitest";
import {
  changedSections,
  type FiledFacts,
  type FiledZone,
  snapshotOf,
} from "../../src/filing/snapshot.js";
import { filingSections, type HandlingRules } from "../../src/store/filing-records.js";
import type { ImpactAssessment, MinorRules, Notice } from "../../src/store/gate-records.js";
import type { Operator } from "../../src/store/records.js";

const operator: Operator = {
  name: "广场管理有限公司",
  contact: "privacy@plaza.example",
  unifiedSocialCreditCode: "91350100M000100Y43",
  region: "北京市",
  noticeRevision: 0,
  officers: [
    { role: "LEGAL_REPRESENTATIVE", name: "王伟", contact: "010-1" },
    { role: "DATA_PROTECTION_OFFICER", name: "李娜", contact: "010-2" },
    { role: "FILING_HANDLER", name: "赵强", contact: "010-3" },
  ],
};
const [legal, protection, handler] = operator.officers;
if (!legal || !protection || !handler) throw new Error("no officers");

const plaza: FiledZone = {
  zoneId: "plaza",
  state: "ACTIVE",
  placeType: "STREET_OR_SQUARE",
  purpose: "PUBLIC_SAFETY",
  method: "Compared with the list of missing persons",
  retentionDaysMax: 30,
};
const lobby: FiledZone = { ...plaza, zoneId: "lobby", placeType: "PUBLIC_BUILDING_LOBBY" };

const text = {
  language: "zh-CN",
  processor: "一",
  purposeMethodRetention: "二",
  necessityImpact: "三",
  rights: "四",
  other: "五",
};
const notice: Notice = {
  noticeId: "plaza-notice",
  version: 2,
  zoneIds: ["plaza", "lobby"],
  texts: [text, { ...text, language: "en" }],
  accessibleFormats: ["AUDIO", "BRAILLE"],
  publishedAtMs: 5,
  withdrawnAtMs: null,
  fingerprints: { plaza: "ab" },
};

const handlingRules: HandlingRules = {
  collection: "c",
  storage: "s",
  use: "u",
  transfer: "t",
  deletion: "d",
  authorisation: "a",
  incidentResponse: "i",
  intrusionDetection: "n",
  documentSha256: "0f",
  approver: "王伟",
  approvedAtMs: 7,
};
const minorRules: MinorRules = {
  storage: "s",
  use: "u",
  transfer: "t",
  disclosure: "d",
  documentSha256: "0e",
  approver: "王伟",
  approvedAtMs: 7,
};

const assessment: ImpactAssessment = {
  assessmentId: "pia-1",
  state: "APPROVED",
  zoneIds: ["plaza", "lobby"],
  trigger: "FIRST_USE",
  lawfulness: "l",
  impact: "i",
  risks: "r",
  measures: "m",
  documentSha256: "aa",
  validUntilMs: 99,
  createdAtMs: 1,
  approver: "王伟",
  recordedAtMs: 0,
  approvedAtMs: 3,
  fingerprints: {},
};

const facts: FiledFacts = {
  operator,
  zones: [plaza, lobby],
  notices: [notice],
  handlingRules,
  minorRules,
  security: [
    { measure: "encryption at rest", fact: "AES-256-GCM" },
    { measure: "audit", fact: "hash chain, 1,096 days" },
  ],
  assessments: [assessment],
};
const filed = snapshotOf(facts);
const changes = (change: Partial<FiledFacts>) =>
  changedSections(filed, snapshotOf({ ...facts, ...change }));

describe("snapshotOf", () => {
  it("is a SHA-256 for every section, and the same for the same facts", () => {
    expect(Object.keys(filed).sort()).toEqual([...filingSections].sort());
    for (const hash of Object.values(filed)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Object.values(filed)).size).toBe(filingSections.length);
    expect(changes({})).toEqual([]);
  });

  it("keeps its form, since snapshots are stored", () => {
    expect(filed).toMatchInlineSnapshot(`
      {
        "assessment": "8b2f4f8e3f97e945629a6afbf5019b06f3a07fcc5b556a4b3b48d8f61dd1eb2d",
        "method": "864da09f44ac4d1e7d5c98d664013a8277ee59cc41609306267bc9c78bda0fea",
        "operator": "f97af4c7525cc19b4d0675176585e0f92a0a9feba5c5526d3ca59850fec65e12",
        "purpose": "d58af31d2c927589544960dd9cfc1b44b31e858f02c7829a490eac7057f69b52",
        "rules": "b277f9795520445406fa1f24bf78050d4c2ad9fdcb9a069787cbdcb37eb43040",
        "security": "71540ce07663277a5249949a2e2fcdb1ad0a732c6d8c250c64c46a6b1016c27b",
      }
    `);
  });

  it("exists before anything is on record", () => {
    const nothing: FiledFacts = {
      operator: null,
      zones: [],
      notices: [],
      handlingRules: null,
      minorRules: null,
      security: [],
      assessments: [],
    };
    expect(changedSections(snapshotOf(nothing), filed)).toEqual(filingSections);
  });

  it.each<[string, Partial<FiledFacts>]>([
    [
      "the order of everything",
      {
        operator: { ...operator, officers: [handler, protection, legal] },
        zones: [lobby, plaza],
        notices: [{ ...notice, texts: [...notice.texts].reverse() }],
        security: [...facts.security].reverse(),
      },
    ],
    ["who handles the filing", { operator: { ...operator, officers: [legal, protection] } }],
    [
      "the contact of the legal representative",
      { operator: { ...operator, officers: [{ ...legal, contact: "x" }, protection, handler] } },
    ],
    ["white space", { operator: { ...operator, name: ` ${operator.name}\n` } }],
    ["the id of a zone", { zones: [{ ...plaza, zoneId: "plaza-2" }, lobby] }],
    ["a suspension", { zones: [{ ...plaza, state: "SUSPENDED" }, lobby] }],
    ["a zone not in use", { zones: [plaza, lobby, { ...plaza, zoneId: "x", state: "DRAFT" }] }],
    [
      "a notice published again as it was",
      { notices: [notice, { ...notice, version: 3, publishedAtMs: 6, fingerprints: {} }] },
    ],
    ["a notice of zones not in use", { notices: [notice, aboutElsewhere("x")] }],
    ["rules approved again as they were", { handlingRules: { ...handlingRules, approver: "x" } }],
    ["minor rules approved again", { minorRules: { ...minorRules, approvedAtMs: 9 } }],
    [
      "a report that a newer one replaced, kept or not",
      {
        assessments: [
          { ...assessment, assessmentId: "old", risks: "x", approvedAtMs: 2 },
          assessment,
        ],
      },
    ],
    [
      "a draft of a report",
      {
        assessments: [
          assessment,
          { ...assessment, state: "DRAFT", risks: "x", approvedAtMs: null },
        ],
      },
    ],
    [
      "a report made again as it was",
      {
        assessments: [{ ...assessment, assessmentId: "pia-2", approvedAtMs: 8, validUntilMs: 199 }],
      },
    ],
  ])("does not mind %s", (_what, change) => {
    expect(changes(change)).toEqual([]);
  });

  it.each<[string, string, Partial<FiledFacts>]>([
    ["operator", "the name", { operator: { ...operator, name: "另一公司" } }],
    ["operator", "the region", { operator: { ...operator, region: "上海市" } }],
    ["operator", "the contact", { operator: { ...operator, contact: "x@plaza.example" } }],
    ["operator", "the code", { operator: { ...operator, unifiedSocialCreditCode: "" } }],
    [
      "operator",
      "another legal representative",
      { operator: { ...operator, officers: [{ ...legal, name: "陈静" }, protection] } },
    ],
    [
      "operator",
      "how to reach who protects data",
      { operator: { ...operator, officers: [legal, { ...protection, contact: "x" }] } },
    ],
    ["purpose", "a purpose", { zones: [{ ...plaza, purpose: "PUBLIC_SAFETY_ADMISSION" }, lobby] }],
    ["purpose", "a kind of place", { zones: [{ ...plaza, placeType: "SCHOOL_GATE" }, lobby] }],
    ["method", "a method", { zones: [{ ...plaza, method: "Compared with everybody" }, lobby] }],
    ["rules", "a retention", { zones: [{ ...plaza, retentionDaysMax: 31 }, lobby] }],
    ["rules", "a notice's text", { notices: [{ ...notice, texts: [{ ...text, rights: "x" }] }] }],
    ["rules", "a notice withdrawn", { notices: [{ ...notice, withdrawnAtMs: 8 }] }],
    ["rules", "a form for the blind", { notices: [{ ...notice, accessibleFormats: ["AUDIO"] }] }],
    ["rules", "a handling rule", { handlingRules: { ...handlingRules, transfer: "x" } }],
    ["rules", "a signed document", { handlingRules: { ...handlingRules, documentSha256: "01" } }],
    ["rules", "minor rules taken back", { minorRules: null }],
    ["security", "a measure turned off", { security: facts.security.slice(1) }],
    [
      "security",
      "a measure done otherwise",
      { security: [{ measure: "encryption at rest", fact: "none" }, ...facts.security.slice(1)] },
    ],
    ["assessment", "a report", { assessments: [{ ...assessment, risks: "x" }] }],
    ["assessment", "a report deleted", { assessments: [] }],
  ])("finds a change of %s: %s", (section, _what, change) => {
    expect(changes(change)).toEqual([section]);
  });

  it("finds that one more zone of the same kind is in use, and that one is closed", () => {
    const twin: FiledZone = { ...plaza, zoneId: "plaza-north" };
    expect(changes({ zones: [plaza, lobby, twin] })).toEqual(["purpose", "method", "rules"]);
    const closed: FiledZone = { ...plaza, state: "CLOSED" };
    expect(changes({ zones: [closed, lobby] })).toEqual(["purpose", "method", "rules"]);
  });

  it("does not take the end of one text for the beginning of the next", () => {
    const moved = { ...handlingRules, collection: "cs", storage: "" };
    expect(changes({ handlingRules: moved })).toEqual(["rules"]);
  });
});

function aboutElsewhere(rights: string): Notice {
  return { ...notice, noticeId: "elsewhere", zoneIds: ["moon"], texts: [{ ...text, rights }] };
}
