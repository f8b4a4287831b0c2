import { expect, it } from "vitest";
import { createFacts } from "../../src/compliance/facts.js";
import { fixedCamera, lawfulFacts, NOW, plaza, signAt } from "./world.js";

const authorisation = {
  galleryId: "wanted",
  zoneId: "plaza",
  purpose: "PUBLIC_SAFETY",
  authorisedAtMs: NOW,
} as const;

it("counts what it holds, through replacing and deleting", () => {
  const facts = lawfulFacts();
  facts.putZone(plaza);
  facts.putSign(signAt("east"));
  facts.putCamera(fixedCamera);
  facts.putAuthorisation(authorisation);
  expect(facts.counts()).toEqual({ zones: 1, signs: 2, cameras: 2, authorisations: 1 });
  facts.deleteSign("plaza", "sign-east");
  facts.deleteSign("plaza", "sign-east");
  facts.deleteCamera("c1");
  facts.deleteAuthorisation("wanted", "plaza", "PUBLIC_SAFETY");
  facts.deleteAuthorisation("wanted", "plaza", "PUBLIC_SAFETY");
  facts.deleteZone("plaza");
  facts.deleteZone("plaza");
  expect(facts.counts()).toEqual({ zones: 0, signs: 1, cameras: 1, authorisations: 0 });
});

it("forgets every authorisation of a deleted gallery", () => {
  const facts = createFacts();
  facts.putAuthorisation(authorisation);
  facts.putAuthorisation({ ...authorisation, zoneId: "station" });
  facts.putAuthorisation({ ...authorisation, galleryId: "staff" });
  facts.deleteGallery("wanted");
  expect(facts.isAuthorised("wanted", "station", "PUBLIC_SAFETY")).toBe(false);
  expect(facts.isAuthorised("staff", "plaza", "PUBLIC_SAFETY")).toBe(true);
  expect(facts.counts().authorisations).toBe(1);
});

it("may be loaded in any order", () => {
  const facts = createFacts();
  facts.putSign(signAt("east"));
  facts.putZone(plaza);
  expect([...(facts.zone("plaza")?.signsAt("east") ?? [])]).toEqual([signAt("east")]);
});

it("moves a sign that is recorded again at another entrance", () => {
  const facts = lawfulFacts();
  facts.putSign({ ...signAt("east"), entranceId: "west" });
  expect([...(facts.zone("plaza")?.signsAt("east") ?? [])]).toEqual([]);
  expect([...(facts.zone("plaza")?.signsAt("west") ?? [])]).toHaveLength(2);
});
