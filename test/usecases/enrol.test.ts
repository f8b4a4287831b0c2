import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CordonClientError } from "../../src/transport/client/error.js";
import { openPersonDetails } from "../../src/usecases/person-details.js";
import { plaza, publishNotice, timestamp } from "../e2e/harness.js";
import { DAY_MS, START_MS } from "./engine.js";
import { modelPack, oneVector } from "./spies.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const consent = {
  givenAt: timestamp(START_MS - DAY_MS),
  evidenceSha256: Buffer.alloc(32, 5),
  noticeId: "plaza-notice",
  noticeVersion: 1,
  channel: "paper form",
};
const guardian = {
  relation: "mother",
  givenAt: timestamp(START_MS - DAY_MS),
  evidenceSha256: Buffer.alloc(32, 6),
};
const lawful = {
  galleryIds: ["watch"],
  displayName: "王小明",
  lawfulBasis: { consent },
  retentionDeadline: timestamp(START_MS + 100 * DAY_MS),
  sources: [{ embedding: { modelPack, values: [...oneVector()] } }],
  birthDate: "1990-02-03",
};
const enrol = (change: object = {}) => world.client.enrolment.enrolPerson({ ...lawful, ...change });

/** The reasons of the refusal. Nothing is stored, and no face was looked at. */
async function refusedFor(change: object): Promise<readonly string[]> {
  const refusal = await enrol(change).then(
    () => null,
    (thrown: unknown) => thrown as CordonClientError,
  );
  expect(refusal?.status).toBe("FAILED_PRECONDITION");
  expect(await world.engine.store.countPersons()).toBe(0);
  expect(world.spies.reached).toEqual([]);
  return refusal?.violations.map(({ type }) => type) ?? [];
}

const setMinorRules = () =>
  world.client.safeguard.setMinorRules({
    rules: {
      storage: "s",
      use: "u",
      transfer: "t",
      disclosure: "d",
      documentSha256: Buffer.alloc(32, 3),
      approver: "Li",
    },
  });

describe("an enrolment on consent", () => {
  it("is kept with the notice that it was given to; the age is only kept sealed", async () => {
    const { personId } = await enrol();
    const row = await world.engine.store.getPerson(personId);
    expect(row?.lawfulBasis).toEqual({
      kind: "consent",
      givenAtMs: START_MS - DAY_MS,
      evidenceSha256: "05".repeat(32),
      noticeId: "plaza-notice",
      noticeVersion: 1,
      channel: "paper form",
      guardian: null,
    });
    if (row === null) throw new Error("not stored");
    expect(openPersonDetails(world.engine.vault, row)).toEqual({
      displayName: "王小明",
      externalReference: "",
      birthDate: "1990-02-03",
      ageBand: "",
      requestDigest: "",
    });
    expect(JSON.stringify(row.lawfulBasis)).not.toContain("1990");
  });

  it("is refused when the consent was given to another version, or to no notice", async () => {
    const outdated = ["CONSENT_NOTICE_OUTDATED"];
    const basis = (change: object) => ({ lawfulBasis: { consent: { ...consent, ...change } } });
    expect(await refusedFor(basis({ noticeVersion: 2 }))).toEqual(outdated);
    expect(await refusedFor(basis({ noticeId: "" }))).toEqual(outdated);
    await publishNotice(world.client);
    expect(await refusedFor({})).toEqual(outdated);
    await enrol(basis({ noticeVersion: 2 }));
  });

  it("is refused into a gallery that no zone may search, and told to authorise it first", async () => {
    await world.client.gallery.createGallery({ galleryId: "lost" });
    const galleryIds = ["watch", "lost"];
    expect(await refusedFor({ galleryIds })).toEqual(["GALLERY_NOT_AUTHORISED"]);
    await expect(enrol({ galleryIds })).rejects.toMatchObject({
      message: expect.stringContaining("GalleryService.AuthoriseGallery"),
    });
    await world.client.gallery.authoriseGallery({ galleryId: "lost", zoneId: "plaza" });
    await enrol({ galleryIds });
  });

  it("is refused when its notice tells of another zone than the gallery's", async () => {
    const { entrances, ...zone } = plaza;
    const validUntil = timestamp(START_MS + DAY_MS);
    await world.client.zone.createZone({
      ...zone,
      zoneId: "second",
      entrances: [...entrances],
      validUntil,
    });
    await world.client.gallery.createGallery({ galleryId: "lost" });
    await world.client.gallery.authoriseGallery({ galleryId: "lost", zoneId: "second" });
    const galleryIds = ["watch", "lost"];
    expect(await refusedFor({ galleryIds })).toEqual(["CONSENT_NOTICE_OUTDATED"]);
    const { notice } = await world.client.notice.getNotice({ noticeId: "plaza-notice" });
    await world.client.notice.publishNotice({
      notice: {
        noticeId: "plaza-notice",
        zoneIds: ["plaza", "second"],
        texts: notice?.texts ?? [],
      },
    });
    await enrol({ galleryIds, lawfulBasis: { consent: { ...consent, noticeVersion: 2 } } });
  });

  it("on a law is told to nobody, and may come before a zone is authorised", async () => {
    await world.client.gallery.createGallery({ galleryId: "lost" });
    const lawfulBasis = { legalProvision: { citation: "Counter-Terrorism Law, Art. 50" } };
    await enrol({ galleryIds: ["lost"], lawfulBasis });
  });

  it("of a child wants a guardian and the rules for minors, both at once", async () => {
    const child = { birthDate: "2015-02-28" };
    expect(await refusedFor(child)).toEqual(["GUARDIAN_CONSENT_REQUIRED", "MINOR_RULES_MISSING"]);
    await setMinorRules();
    expect(await refusedFor(child)).toEqual(["GUARDIAN_CONSENT_REQUIRED"]);
    const lawfulBasis = { consent: { ...consent, guardian } };
    const { personId } = await enrol({ ...child, lawfulBasis });
    const { person } = await world.client.enrolment.getPerson({ personId });
    expect(person?.lawfulBasis?.consent?.guardian).toMatchObject({ relation: "mother" });
  });

  it("without a stated age is taken for a child's", async () => {
    expect(await refusedFor({ birthDate: undefined })).toContain("GUARDIAN_CONSENT_REQUIRED");
    await enrol({ birthDate: undefined, ageBand: "AGE_BAND_ADULT" });
  });

  it("is kept no longer than the zone's purpose allows", async () => {
    await world.client.zone.updateZone({
      zone: { zoneId: "plaza", retentionDaysMax: 99 },
      updateMask: { paths: ["retention_days_max"] },
    });
    await publishNotice(world.client);
    const lawfulBasis = { consent: { ...consent, noticeVersion: 2 } };
    expect(await refusedFor({ lawfulBasis })).toEqual(["RETENTION_TOO_LONG"]);
    await enrol({ lawfulBasis, retentionDeadline: timestamp(START_MS + 99 * DAY_MS) });
  });

  it("names a birth date that is none", async () => {
    for (const birthDate of ["", "1990-02-30", "2026-06-02", "03.02.1990", "x".repeat(1000)]) {
      await expect(enrol({ birthDate })).rejects.toMatchObject({
        status: "INVALID_ARGUMENT",
        fields: [{ field: "birth_date" }],
      });
    }
    await expect(enrol({ birthDate: undefined, ageBand: 77 })).rejects.toMatchObject({
      status: "INVALID_ARGUMENT",
      fields: [{ field: "age_band" }],
    });
    expect(await world.engine.store.countPersons()).toBe(0);
  });
});
