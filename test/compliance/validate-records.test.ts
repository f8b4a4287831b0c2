import { describe, expect, it } from "vitest";
import { ZONES_PER_RECORD_MAX } from "../../src/compliance/checks.js";
import {
  ASSESSMENT_PART_LENGTH_MAX,
  type RawAssessment,
  validateApproval,
  validateAssessment,
  yearsAfter,
} from "../../src/compliance/validate-assessment.js";
import { type RawIncident, validateIncident } from "../../src/compliance/validate-incident.js";
import {
  NOTICE_ITEM_LENGTH_MAX,
  NOTICE_TEXTS_MAX,
  type RawNotice,
  validateNotice,
} from "../../src/compliance/validate-notice.js";
import { accepted, fieldsOf } from "./fields.js";
import { DAY_MS, NOW } from "./world.js";

const isZone = (zoneId: string) => ["plaza", "station"].includes(zoneId);
const digest = new Uint8Array(32).fill(0xcd);

describe("validateNotice", () => {
  const chinese = {
    language: "zh-CN",
    processor: "广场管理处,010-0000",
    purposeMethodRetention: "维护公共安全",
    necessityImpact: "节假日人流",
    rights: "查阅、删除",
    other: "无",
  };
  const raw: RawNotice = {
    noticeId: "plaza",
    zoneIds: ["plaza", "station"],
    texts: [chinese, { ...chinese, language: "en" }],
    accessibleFormats: ["AUDIO", "LARGE_PRINT"],
  };

  it("takes what is right, and writes languages canonically", () => {
    const texts = [{ ...chinese, language: "ZH-hans-cn" }];
    expect(accepted(validateNotice({ ...raw, texts }, isZone))).toEqual({
      ...raw,
      texts: [{ ...chinese, language: "zh-Hans-CN" }],
    });
  });

  const texts = (...changes: readonly Partial<typeof chinese>[]) => ({
    texts: changes.map((change) => ({ ...chinese, ...change })),
  });
  const many = Array.from({ length: ZONES_PER_RECORD_MAX + 1 }, (_, at) => `z${at}`);

  it.each([
    ["an id that is none", { noticeId: "Plaza!" }, ["notice.notice_id"]],
    ["no zone", { zoneIds: [] }, ["notice.zone_ids"]],
    ["an unknown zone", { zoneIds: ["plaza", "moon"] }, ["notice.zone_ids[1]"]],
    ["a zone twice", { zoneIds: ["plaza", "plaza"] }, ["notice.zone_ids[1]"]],
    ["too many zones", { zoneIds: many }, ["notice.zone_ids"]],
    ["no text", { texts: [] }, ["notice.texts"]],
    ["too many texts", texts(...Array(NOTICE_TEXTS_MAX + 1).fill({})), ["notice.texts"]],
    ["no Chinese text", texts({ language: "en" }, { language: "ug" }), ["notice.texts"]],
    ["a language that only starts so", texts({ language: "zha" }), ["notice.texts"]],
    ["a language twice", texts({}, { language: "zh-cn" }), ["notice.texts[1].language"]],
    ["no language", texts({ language: "" }), ["notice.texts[0].language"]],
    ["a language that is none", texts({ language: "Chinese!" }), ["notice.texts[0].language"]],
    ["a locale of another system", texts({ language: "zh_CN" }), ["notice.texts[0].language"]],
    ["an endless language", texts({ language: "zh-".repeat(99) }), ["notice.texts[0].language"]],
    ["a missing item", texts({ rights: "" }), ["notice.texts[0].rights"]],
    ["a blank item", texts({ other: " \n" }), ["notice.texts[0].other"]],
    [
      "an endless item",
      texts({ processor: "x".repeat(NOTICE_ITEM_LENGTH_MAX + 1) }),
      ["notice.texts[0].processor"],
    ],
    ["an unknown format", { accessibleFormats: ["SMELL"] }, ["notice.accessible_formats[0]"]],
    ["a format twice", { accessibleFormats: ["AUDIO", "AUDIO"] }, ["notice.accessible_formats[1]"]],
  ])("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateNotice({ ...raw, ...change }, isZone))).toEqual(fields);
  });

  it("lists every missing item at once", () => {
    const empty = { processor: "", purposeMethodRetention: "", necessityImpact: "", rights: "" };
    expect(fieldsOf(validateNotice({ ...raw, ...texts({ ...empty, other: "" }) }, isZone))).toEqual(
      ["processor", "purpose_method_retention", "necessity_impact", "rights", "other"].map(
        (name) => `notice.texts[0].${name}`,
      ),
    );
  });
});

describe("validateAssessment", () => {
  const raw: RawAssessment = {
    assessmentId: "pia-1",
    zoneIds: ["plaza"],
    trigger: "FIRST_USE",
    lawfulness: "Lawful",
    impact: "Small",
    risks: "Leakage",
    measures: "Encryption",
    documentSha256: digest,
    validUntilMs: NOW + 365 * DAY_MS,
  };

  it("makes a draft of what is right", () => {
    expect(accepted(validateAssessment(raw, isZone, NOW))).toEqual({
      ...raw,
      state: "DRAFT",
      documentSha256: "cd".repeat(32),
      createdAtMs: NOW,
      recordedAtMs: NOW,
      approver: "",
      approvedAtMs: null,
    });
  });

  it("may be valid for three years to the day, and no longer", () => {
    const last = Date.UTC(2029, 0, 15, 4);
    const until = (validUntilMs: number) =>
      fieldsOf(validateAssessment({ ...raw, validUntilMs }, isZone, NOW));
    expect(until(last)).toEqual([]);
    expect(until(last + 1)).toEqual(["assessment.valid_until"]);
    expect(yearsAfter(Date.UTC(2028, 1, 29), 3)).toBe(Date.UTC(2031, 2, 1));
  });

  it.each([
    ["an id that is none", { assessmentId: "" }, ["assessment.assessment_id"]],
    ["no zone", { zoneIds: [] }, ["assessment.zone_ids"]],
    ["an unknown zone", { zoneIds: ["moon"] }, ["assessment.zone_ids[0]"]],
    ["no trigger", { trigger: "" }, ["assessment.trigger"]],
    ["an unknown trigger", { trigger: "WHIM" }, ["assessment.trigger"]],
    [
      "missing parts, all at once",
      { lawfulness: "", impact: "", risks: " ", measures: "" },
      ["lawfulness", "impact", "risks", "measures"].map((part) => `assessment.${part}`),
    ],
    [
      "an endless part",
      { risks: "x".repeat(ASSESSMENT_PART_LENGTH_MAX + 1) },
      ["assessment.risks"],
    ],
    ["no document", { documentSha256: new Uint8Array(0) }, ["assessment.document_sha256"]],
    ["no end", { validUntilMs: null }, ["assessment.valid_until"]],
    ["an end in the past", { validUntilMs: NOW }, ["assessment.valid_until"]],
    ["an end that is no number", { validUntilMs: NaN }, ["assessment.valid_until"]],
  ])("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateAssessment({ ...raw, ...change }, isZone, NOW))).toEqual(fields);
  });
});

describe("validateApproval", () => {
  const draft = { validUntilMs: NOW + DAY_MS };

  it("names the approver and the time", () => {
    expect(accepted(validateApproval({ approver: "Li Lei" }, draft, NOW))).toEqual({
      approver: "Li Lei",
      approvedAtMs: NOW,
    });
  });

  it("refuses nobody, and an assessment that ran out meanwhile", () => {
    expect(fieldsOf(validateApproval({ approver: "" }, draft, NOW + DAY_MS))).toEqual([
      "approver",
      "assessment_id",
    ]);
  });
});

describe("validateIncident", () => {
  const raw: RawIncident = {
    incidentId: "leak",
    zoneIds: ["plaza"],
    occurredAtMs: NOW - DAY_MS,
    description: "A disk was stolen",
  };

  it("makes a record of what is right, of some zones or of all", () => {
    expect(accepted(validateIncident(raw, isZone, NOW))).toEqual({ ...raw, recordedAtMs: NOW });
    expect(accepted(validateIncident({ ...raw, zoneIds: [] }, isZone, NOW)).zoneIds).toEqual([]);
  });

  it.each([
    ["an id that is none", { incidentId: "-" }, ["incident.incident_id"]],
    ["an unknown zone", { zoneIds: ["moon"] }, ["incident.zone_ids[0]"]],
    ["the future", { occurredAtMs: NOW + 1 }, ["incident.occur_time"]],
    ["no time", { occurredAtMs: null }, ["incident.occur_time"]],
    ["no description", { description: "" }, ["incident.description"]],
    ["an endless description", { description: "x".repeat(4001) }, ["incident.description"]],
  ])("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateIncident({ ...raw, ...change }, isZone, NOW))).toEqual(fields);
  });
});
