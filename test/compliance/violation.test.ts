import { expect, it } from "vitest";
import { decideIdentify } from "../../src/compliance/gate.js";
import { refusalError } from "../../src/compliance/violation.js";
import { lawfulFacts, NOW, query } from "./world.js";

it("a refusal leaves the engine as FAILED_PRECONDITION with all its violations", () => {
  const facts = lawfulFacts();
  facts.deleteSign("plaza", "sign-east");
  facts.deleteGallery("wanted");
  const decision = decideIdentify(facts, query, NOW);
  if (decision.permitted) throw new Error("permitted");
  const error = refusalError(decision.refusal);
  expect(error.status).toBe("FAILED_PRECONDITION");
  expect(error.reason).toBe("SIGNAGE_MISSING");
  expect(error.violations.map(({ type, subject }) => ({ type, subject }))).toEqual([
    { type: "SIGNAGE_MISSING", subject: "zone/plaza/entrance/east" },
    { type: "GALLERY_NOT_AUTHORISED", subject: "gallery/wanted" },
  ]);
  expect(error.violations[0]?.description).toContain("(Art. 13)");
  expect(error.violations[0]?.description).toContain("SignageService.RecordSign");
  expect(error.metadata).toEqual({
    reasons: "SIGNAGE_MISSING,GALLERY_NOT_AUTHORISED",
    articles: "Art. 13,Art. 19(6)",
  });
});
