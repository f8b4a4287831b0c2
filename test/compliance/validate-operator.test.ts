import { describe, expect, it } from "vitest";
import {
  OFFICERS_MAX,
  type RawOperator,
  validateOperator,
} from "../../src/compliance/validate-operator.js";
import { accepted, fieldsOf } from "./fields.js";

const officer = { role: "DATA_PROTECTION_OFFICER", name: "Han Meimei", contact: "010-0001" };
const raw: RawOperator = {
  name: "Plaza Management",
  contact: "010-0000",
  unifiedSocialCreditCode: "91350100M000100Y43",
  region: "福建省",
  officers: [officer],
};

describe("validateOperator", () => {
  it("makes a record of what is right", () => {
    expect(accepted(validateOperator(raw))).toEqual(raw);
  });

  it("needs neither code nor region nor officers at first", () => {
    const bare = { ...raw, unifiedSocialCreditCode: "", region: "", officers: [] };
    expect(accepted(validateOperator(bare))).toEqual(bare);
  });

  const role = (name: string) => ({ officers: [{ ...officer, role: name }] });

  it.each([
    ["no name", { name: "" }, ["operator.name"]],
    ["a blank name", { name: "\u3000" }, ["operator.name"]],
    ["an endless name", { name: "x".repeat(201) }, ["operator.name"]],
    ["no contact", { contact: "" }, ["operator.contact"]],
    ["an endless contact", { contact: "x".repeat(501) }, ["operator.contact"]],
    [
      "a code with a wrong check character",
      { unifiedSocialCreditCode: "91350100M000100Y4A" },
      ["operator.unified_social_credit_code"],
    ],
    ["a short code", { unifiedSocialCreditCode: "9" }, ["operator.unified_social_credit_code"]],
    ["an endless region", { region: "x".repeat(101) }, ["operator.region"]],
    [
      "too many officers",
      { officers: Array(OFFICERS_MAX + 1).fill(officer) },
      ["operator.officers"],
    ],
    ["an unknown role", role("CHAIR"), ["operator.officers[0].role"]],
    ["no role", role(""), ["operator.officers[0].role"]],
    [
      "a nameless officer",
      { officers: [officer, { ...officer, name: "", contact: "" }] },
      ["operator.officers[1].name", "operator.officers[1].contact"],
    ],
  ])("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateOperator({ ...raw, ...change }))).toEqual(fields);
  });
});
