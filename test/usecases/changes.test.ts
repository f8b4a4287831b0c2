import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apiMethods } from "../../src/api/methods.js";
import type { AuditEvent } from "../../src/audit/audit.js";
import type { CordonClient } from "../../src/transport/client/client.js";
import { type Engine, server } from "../../src/usecases/engine.js";
import { reconcile } from "../../src/usecases/reconcile.js";
import { createMarker } from "../../src/usecases/roster/marker.js";
import { timestamp } from "../e2e/harness.js";
import { made2027 } from "../filing/calendars.js";
import { directClient } from "./direct-client.js";
import { administrator, DAY_MS, START_MS, serverFacts } from "./engine.js";
import { modelPack, vectorOf } from "./spies.js";
import { makeWorld, type World } from "./world.js";

/** Persons with whom the filing is due. */
const THRESHOLD = 3;

let world: World;
let client: CordonClient;
beforeEach(async () => {
  world = await makeWorld({ thresholdPersons: THRESHOLD });
  ({ client } = world);
});
afterEach(() => world.close());

/** The same engine, which is killed before the audit has anything more. */
function dying(): CordonClient {
  const gone = new Error("killed");
  const audit: Engine["audit"] = { ...world.engine.audit, append: () => Promise.reject(gone) };
  const engine: Engine = { ...world.engine, audit };
  return directClient(apiMethods(engine, serverFacts), administrator);
}

/** A start, with a marker of its own as in a new process. */
const start = () => {
  const { store, audit, clock } = world.engine;
  return reconcile({ ...world.engine, marker: createMarker({ store, audit, clock }) });
};
const pending = () => world.engine.store.listPendingRecords(100);

async function enrol(person: number): Promise<string> {
  const { personId } = await client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + 100 * DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(person)] } }],
  });
  return personId;
}

async function openReview(person: number): Promise<string> {
  const answers = client.enrolment.enrolPersons(
    (async function* () {
      const sources = [{ embedding: { modelPack, values: [...vectorOf(person)] } }];
      const lawfulBasis = { legalProvision: { citation: "A Law, Art. 1" } };
      const retentionDeadline = timestamp(START_MS + 100 * DAY_MS);
      const terms = { galleryIds: ["watch"], lawfulBasis, retentionDeadline };
      yield { person: { ...terms, requestId: "bulk", sources } };
    })(),
  );
  for await (const { refused } of answers) return refused?.reviewId ?? "";
  return "";
}

const purpose = "PURPOSE_PUBLIC_SAFETY" as const;
type Make = (dead: CordonClient) => Promise<unknown>;
type Actor = { readonly name: string; readonly role: string; readonly address: string };
/** What is done before the kill, and the change that the kill keeps off the audit; by whom. */
const changes: readonly (readonly [act: string, prepare: () => Promise<Make>, by?: Actor])[] = [
  [
    "operator.set",
    async () =>
      ({ server }) =>
        server.setOperator(operator),
  ],
  [
    "zone.suspend",
    async () =>
      ({ zone }) =>
        zone.suspendZone({ zoneId: "plaza" }),
  ],
  [
    "gallery.create",
    async () =>
      ({ gallery }) =>
        gallery.createGallery({ galleryId: "new" }),
  ],
  [
    "gallery.revoke",
    async () =>
      ({ gallery }) =>
        gallery.revokeGallery({ galleryId: "watch", zoneId: "plaza", purpose }),
  ],
  [
    "notice.withdraw",
    async () =>
      ({ notice }) =>
        notice.withdrawNotice({ noticeId: NOTICE }),
  ],
  [
    "camera.remove",
    async () =>
      ({ camera }) =>
        camera.removeCamera({ cameraId: "gate-1" }),
  ],
  [
    "review.resolve",
    async () => {
      await enrol(1);
      const reviewId = await openReview(1);
      const decision = "REVIEW_DECISION_DISTINCT" as const;
      return ({ duplicates }) => duplicates.resolveReview({ reviewId, decision, reason: "twins" });
    },
  ],
  [
    "person.merge",
    async () => {
      const [personId, duplicatePersonId] = [await enrol(1), await enrol(2)];
      const reason = "the same";
      return ({ duplicates }) => duplicates.mergePersons({ personId, duplicatePersonId, reason });
    },
  ],
  [
    "person.unmerge",
    async () => {
      const [personId, duplicatePersonId] = [await enrol(1), await enrol(2)];
      const ids = { personId, duplicatePersonId, reason: "the same" };
      const { merge } = await client.duplicates.mergePersons(ids);
      return ({ duplicates }) => duplicates.undoMerge({ mergeId: merge?.mergeId ?? "" });
    },
  ],
  [
    "filing.step",
    async () => {
      await makeDue();
      return ({ filing }) => filing.recordFilingStep({ step: "FILING_STEP_SUBMITTED" });
    },
  ],
  [
    "filing.end-of-use",
    async () => {
      await makeDue();
      await client.filing.recordFilingStep({ step: "FILING_STEP_SUBMITTED" });
      await client.filing.recordFilingStep({ step: "FILING_STEP_FILED", number: "F-1" });
      return ({ filing }) => filing.declareEndOfUse({ reason: "the square closed" });
    },
  ],
  [
    "filing.changed",
    async () => {
      await makeDue();
      await client.filing.recordFilingStep({ step: "FILING_STEP_SUBMITTED" });
      await client.server.setOperator(operator);
      return ({ filing }) => filing.getFilingStatus({});
    },
    server,
  ],
  [
    "filing.calendar",
    async () => {
      const calendar = { ...made2027, off: [...made2027.off], work: [...made2027.work] };
      return ({ filing }) => filing.putCalendar({ calendar });
    },
  ],
  [
    "filing.handling-rules",
    async () =>
      ({ filing }) =>
        filing.setHandlingRules({ rules }),
  ],
];
const operator = { operator: { name: "Another Ltd", contact: "privacy@example.org" } };
const NOTICE = "plaza-notice";
const rules = {
  ...{ collection: "by fixed cameras", storage: "sealed", use: "comparison", transfer: "none" },
  ...{ deletion: "by itself", authorisation: "roles", incidentResponse: "a plan" },
  ...{ intrusionDetection: "logs are read", approver: "Li Wei" },
};

async function makeDue(): Promise<void> {
  for (let person = 1; person <= THRESHOLD; person += 1) await enrol(person);
}

describe("a change that is in force when the server is killed before it is on record", () => {
  const cases = changes.map(([act, prepare, by = administrator]) => [act, prepare, by] as const);

  it.each(cases)("%s is on record after the next start, once", async (act, prepare, by) => {
    const make = await prepare();
    await expect(make(dying())).rejects.toThrow();
    const before = world.audited.length;
    const [kept] = await pending();
    expect(kept).toMatchObject({ act, changedAtMs: START_MS });
    world.clock.pass(DAY_MS);

    expect(await start()).toMatchObject({ changesRecorded: 1 });
    const { changeId, details, changedAtMs } = kept ?? {};
    const { name, role, address } = by;
    expect(world.audited.slice(before)).toEqual([
      {
        act,
        // Who made it, and not who found it.
        actor: { name, role, address },
        details: { ...details, changedAtMs, recovered: true },
      },
    ]);
    expect(details).toMatchObject({ changeId });
    expect(await pending()).toEqual([]);
    expect(await start()).toMatchObject({ changesRecorded: 0 });
  });
});

describe("a change", () => {
  const acts = (events: readonly AuditEvent[]) => events.map(({ act }) => act);

  it("that is acknowledged is on record once, also when the kill comes right after it", async () => {
    const { store } = world.engine;
    const keeping = { ...store, deletePendingRecords: () => Promise.reject(new Error("killed")) };
    const engine: Engine = { ...world.engine, store: keeping };
    const late = directClient(apiMethods(engine, serverFacts), administrator);
    await late.gallery.createGallery({ galleryId: "new" });
    expect(await pending()).toHaveLength(1);
    // The mark must not pass what a start has still to look for.
    await world.engine.marker.mark();
    expect(await start()).toMatchObject({ changesRecorded: 0 });
    expect(acts(world.audited).filter((act) => act === "gallery.create")).toHaveLength(2);
    expect(await pending()).toEqual([]);
  });

  it("leaves nothing to look for once it is on record, and none when it is refused", async () => {
    await client.gallery.createGallery({ galleryId: "new" });
    await expect(client.gallery.createGallery({ galleryId: "new" })).rejects.toThrow();
    await expect(client.camera.removeCamera({ cameraId: "none" })).rejects.toThrow();
    await world.engine.marker.mark();
    expect(await pending()).toEqual([]);
  });

  it("that the audit could not hold is refused before anything is changed", async () => {
    const before = world.audited.length;
    const unfit = { operator: { ...operator.operator, name: "A".repeat(193) } };
    const failure = client.server.setOperator(unfit);
    await expect(failure).rejects.toMatchObject({ status: "INVALID_ARGUMENT" });
    await expect(failure).rejects.toThrow(/audit cannot hold this/);
    expect(world.audited).toHaveLength(before);
    expect((await world.engine.store.getOperator())?.name).not.toBe(unfit.operator.name);
  });
});
