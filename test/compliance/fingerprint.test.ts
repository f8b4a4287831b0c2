import { expect, it } from "vitest";
import {
  assessmentFingerprint,
  noticeFingerprint,
  revisedOperator,
  revisedZone,
} from "../../src/compliance/fingerprint.js";
import type { Zone } from "../../src/store/records.js";
import { DAY_MS, NOW, operator, plaza } from "./world.js";

it("a notice's is a SHA-256 that no release may change without notice", () => {
  // Stored with every notice and assessment: another form would make all of them outdated.
  expect(noticeFingerprint(plaza, operator)).toBe(
    "45e6ffcfcea75e4753eb08fc6841cfbf7efb1c76871ec19e4a32969ece13dfe3",
  );
  expect(assessmentFingerprint(plaza)).toBe(
    "20aa5805e5f32e5581a9bc28a43b34907e98c523ffe56fb9c7f938bfd0ccba6a",
  );
});

const told: readonly (readonly [string, Partial<Zone>])[] = [
  ["purpose", { purpose: "PUBLIC_SAFETY_ADMISSION" }],
  ["method", { method: "Another" }],
];

const toldByNotices: typeof told = [
  ...told,
  ["necessity", { necessity: "Another" }],
  ["retention", { retentionDaysMax: 31 }],
];

const untold: typeof told = [
  ["name", { displayName: "Another" }],
  ["state", { state: "SUSPENDED" }],
  ["validity", { validUntilMs: NOW + DAY_MS }],
  ["networks", { permittedNetworks: [] }],
  ["private areas", { privateAreas: [] }],
];

it.each(toldByNotices)("a notice's changes with the zone's %s", (_what, change) => {
  const changed = noticeFingerprint({ ...plaza, ...change }, operator);
  expect(changed).not.toBe(noticeFingerprint(plaza, operator));
});

it.each(told)("an assessment's changes with the zone's %s", (_what, change) => {
  expect(assessmentFingerprint({ ...plaza, ...change })).not.toBe(assessmentFingerprint(plaza));
});

it.each(untold)("neither changes with the zone's %s", (_what, change) => {
  const changed = { ...plaza, ...change };
  expect(noticeFingerprint(changed, operator)).toBe(noticeFingerprint(plaza, operator));
  expect(assessmentFingerprint(changed)).toBe(assessmentFingerprint(plaza));
});

it("a notice's changes with the operator's name and contact, and when there is none", () => {
  const prints = [
    noticeFingerprint(plaza, operator),
    noticeFingerprint(plaza, null),
    noticeFingerprint(plaza, { ...operator, name: "" }),
    noticeFingerprint(plaza, { ...operator, contact: "" }),
    // The same letters, divided otherwise.
    noticeFingerprint(plaza, { ...operator, name: "Plaza Management0", contact: "10-0000" }),
  ];
  expect(new Set(prints).size).toBe(prints.length);
  const region = { ...operator, region: "Shanghai" };
  expect(noticeFingerprint(plaza, region)).toBe(noticeFingerprint(plaza, operator));
});

it.each(toldByNotices)(
  "the zone's %s counts the notice's revision on, there and back",
  (_what, change) => {
    const changed = revisedZone(plaza, { ...plaza, ...change });
    expect(changed.noticeRevision).toBe(1);
    const back = revisedZone(changed, { ...changed, ...was(change) });
    expect(back).toMatchObject({ ...was(change), noticeRevision: 2 });
    expect(noticeFingerprint(back, operator)).not.toBe(noticeFingerprint(plaza, operator));
  },
);

it.each(told)(
  "the zone's %s counts the assessment's revision on, there and back",
  (_what, change) => {
    const changed = revisedZone(plaza, { ...plaza, ...change });
    const back = revisedZone(changed, { ...changed, ...was(change) });
    expect([changed, back].map(({ assessmentRevision }) => assessmentRevision)).toEqual([1, 2]);
    expect(assessmentFingerprint(back)).not.toBe(assessmentFingerprint(plaza));
  },
);

it.each(untold)("the zone's %s counts no revision on", (_what, change) => {
  const changed = { ...plaza, ...change };
  expect(revisedZone(plaza, changed)).toEqual(changed);
});

it("a zone's necessity leaves its assessments as they are", () => {
  const changed = revisedZone(plaza, { ...plaza, necessity: "Another" });
  expect(changed).toMatchObject({ noticeRevision: 1, assessmentRevision: 0 });
});

it("the operator's name and contact count its revision on, there and back", () => {
  expect(revisedOperator(null, operator).noticeRevision).toBe(0);
  for (const change of [{ name: "Another" }, { contact: "Another" }]) {
    const changed = revisedOperator(operator, { ...operator, ...change });
    expect(changed).toEqual({ ...operator, ...change, noticeRevision: 1 });
    const back = revisedOperator(changed, operator);
    expect(back).toEqual({ ...operator, noticeRevision: 2 });
    expect(noticeFingerprint(plaza, back)).not.toBe(noticeFingerprint(plaza, operator));
  }
  const elsewhere = { ...operator, region: "Shanghai" };
  expect(revisedOperator(operator, elsewhere)).toEqual(elsewhere);
});

it("the zone's revision is not taken for the operator's", () => {
  const zone = { ...plaza, noticeRevision: 1 };
  const other = { ...operator, noticeRevision: 1 };
  expect(noticeFingerprint(zone, operator)).not.toBe(noticeFingerprint(plaza, other));
});

/** What the zone was in the fields that a change names. */
function was(change: Partial<Zone>): Partial<Zone> {
  const fields = Object.keys(change) as (keyof Zone)[];
  return Object.fromEntries(fields.map((field) => [field, plaza[field]]));
}
