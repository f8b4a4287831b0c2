import { describe, expect, it } from "vitest";
import { NETWORKS_MAX } from "../../src/compliance/networks.js";
import {
  type RawAlternative,
  type RawEgressBasis,
  type RawMinorRules,
  validateAlternative,
  validateEgressBasis,
  validateMinorRules,
} from "../../src/compliance/validate-safeguards.js";
import { accepted, fieldsOf } from "./fields.js";
import { DAY_MS, NOW } from "./world.js";

const isZone = (zoneId: string) => zoneId === "plaza";
const digest = new Uint8Array(32).fill(0xcd);
const none = new Uint8Array(0);

describe("validateAlternative", () => {
  const raw: RawAlternative = {
    methodId: "desk",
    zoneId: "plaza",
    description: "An identity card at the desk",
    availableFromMs: NOW - DAY_MS,
  };

  it("makes a record of what is right, from now on when it does not say", () => {
    expect(accepted(validateAlternative(raw, isZone, NOW))).toEqual(raw);
    const open = { ...raw, availableFromMs: null };
    expect(accepted(validateAlternative(open, isZone, NOW)).availableFromMs).toBe(NOW);
  });

  it.each([
    ["an id that is none", { methodId: "" }, ["method.method_id"]],
    ["an unknown zone", { zoneId: "moon" }, ["method.zone_id"]],
    ["no description", { description: "\t" }, ["method.description"]],
    ["an endless description", { description: "x".repeat(2001) }, ["method.description"]],
    ["a time that is none", { availableFromMs: NaN }, ["method.available_from"]],
  ])("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateAlternative({ ...raw, ...change }, isZone, NOW))).toEqual(fields);
  });
});

describe("validateEgressBasis", () => {
  const raw: RawEgressBasis = {
    basisId: "law-1",
    zoneId: "plaza",
    networks: ["203.0.113.0/24"],
    citation: "Counter-Terrorism Law, Art. 50",
    consentEvidenceSha256: none,
    validUntilMs: NOW + DAY_MS,
  };

  it("makes a record of what is right, on a law or on consents", () => {
    expect(accepted(validateEgressBasis(raw, isZone, NOW))).toEqual({
      ...raw,
      consentEvidenceSha256: "",
    });
    const consents = { ...raw, citation: "", consentEvidenceSha256: digest };
    expect(accepted(validateEgressBasis(consents, isZone, NOW)).consentEvidenceSha256).toBe(
      "cd".repeat(32),
    );
  });

  it("writes networks canonically", () => {
    const networks = ["2001:DB8:0::/48"];
    expect(accepted(validateEgressBasis({ ...raw, networks }, isZone, NOW)).networks).toEqual([
      "2001:db8::/48",
    ]);
  });

  it.each([
    ["an id that is none", { basisId: "A" }, ["basis.basis_id"]],
    ["an unknown zone", { zoneId: "moon" }, ["basis.zone_id"]],
    ["no network", { networks: [] }, ["basis.networks"]],
    ["networks that are none", { networks: ["", "a"] }, ["basis.networks[0]", "basis.networks[1]"]],
    [
      "too many networks",
      { networks: Array(NETWORKS_MAX + 1).fill("10.0.0.0/8") },
      ["basis.networks"],
    ],
    ["neither law nor consents", { citation: "" }, ["basis.citation"]],
    ["a blank law", { citation: "  " }, ["basis.citation"]],
    ["an endless law", { citation: "x".repeat(501) }, ["basis.citation"]],
    [
      "a short hash",
      { consentEvidenceSha256: new Uint8Array(8) },
      ["basis.consent_evidence_sha256"],
    ],
    ["no end", { validUntilMs: null }, ["basis.valid_until"]],
    ["an end in the past", { validUntilMs: NOW }, ["basis.valid_until"]],
  ])("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateEgressBasis({ ...raw, ...change }, isZone, NOW))).toEqual(fields);
  });
});

describe("validateMinorRules", () => {
  const raw: RawMinorRules = {
    storage: "Sealed",
    use: "Only with a guardian's consent",
    transfer: "None",
    disclosure: "None",
    documentSha256: digest,
    approver: "Li Lei",
  };

  it("makes a record of what is right, approved now", () => {
    expect(accepted(validateMinorRules(raw, NOW))).toEqual({
      ...raw,
      documentSha256: "cd".repeat(32),
      approvedAtMs: NOW,
    });
  });

  it("lists every missing part at once", () => {
    const empty = { storage: "", use: "", transfer: "", disclosure: "", approver: "" };
    expect(fieldsOf(validateMinorRules({ ...raw, ...empty, documentSha256: none }, NOW))).toEqual(
      ["storage", "use", "transfer", "disclosure", "document_sha256", "approver"].map(
        (name) => `rules.${name}`,
      ),
    );
  });

  it("refuses an endless part", () => {
    expect(fieldsOf(validateMinorRules({ ...raw, use: "x".repeat(4001) }, NOW))).toEqual([
      "rules.use",
    ]);
  });
});
