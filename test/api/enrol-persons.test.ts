import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EnrolPersonsRequest } from "../../src/api/generated/cordon/v1/EnrolPersonsRequest.js";
import type { EnrolPersonsResponse__Output } from "../../src/api/generated/cordon/v1/EnrolPersonsResponse.js";
import { enrolMany } from "../../src/usecases/enrol-many.js";
import { timestamp } from "../e2e/harness.js";
import { administrator, DAY_MS, START_MS } from "../usecases/engine.js";
import { modelPack, vectorOf } from "../usecases/spies.js";
import { makeWorld, type World } from "../usecases/world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

type Person = NonNullable<EnrolPersonsRequest["person"]>;

const person = (number: number, change: Person = {}): { readonly person: Person } => ({
  person: {
    requestId: `person-${number}`,
    galleryIds: ["watch"],
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + 100 * DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(number)] } }],
    ...change,
  },
});

/** The answers by request id; one that carries none under the empty one. */
async function enrolAll(people: readonly EnrolPersonsRequest[]) {
  async function* requests() {
    yield* people;
  }
  const answers = new Map<string, EnrolPersonsResponse__Output>();
  for await (const answer of world.client.enrolment.enrolPersons(requests())) {
    answers.set(answer.requestId, answer);
  }
  return answers;
}

describe("EnrolPersons", () => {
  it("answers every person under their request id", async () => {
    const people = Array.from({ length: 20 }, (_, number) => person(number));
    const answers = await enrolAll(people);
    expect([...answers.keys()].sort()).toEqual(people.map((it) => it.person.requestId).sort());
    for (const answer of answers.values()) {
      expect(answer).toMatchObject({
        outcome: "enrolled",
        enrolled: { alreadyEnrolled: false, mergeId: "", templates: [{ modelPack }] },
      });
    }
    expect(await world.engine.store.countPersons()).toBe(20);
  });

  it("lets as many of its persons wait at once as there are, without a complaint of the runtime", async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on("warning", note);
    const { signal } = new AbortController();
    async function* nobody() {}
    enrolMany(world.engine, nobody(), administrator, signal);
    // As each of them does whose pictures are looked at.
    for (let n = 0; n < 20; n += 1) signal.addEventListener("abort", () => n);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).not.toContain("MaxListenersExceededWarning");
  });

  it("enrols nobody twice when it is sent again", async () => {
    const people = [person(1), person(2)];
    const first = await enrolAll(people);
    const again = await enrolAll([...people, person(3)]);
    expect(again.get("person-1")).toMatchObject({
      enrolled: {
        personId: first.get("person-1")?.enrolled?.personId,
        alreadyEnrolled: true,
        templates: [{ quality: null, box: null }],
      },
    });
    expect(again.get("person-3")).toMatchObject({ enrolled: { alreadyEnrolled: false } });
    expect(await world.engine.store.countPersons()).toBe(3);
  });

  it("answers persons of one message in one, in their order, each for itself", async () => {
    const persons = [person(1), person(2, { galleryIds: ["nowhere"] }), person(3)];
    async function* requests() {
      yield { persons: persons.map((one) => one.person) };
      yield person(4);
    }
    const messages: EnrolPersonsResponse__Output[] = [];
    for await (const message of world.client.enrolment.enrolPersons(requests())) {
      messages.push(message);
    }
    const together = messages.find(({ answers }) => answers.length > 0);
    expect(together?.outcome).toBeUndefined();
    expect(together?.answers).toMatchObject([
      { requestId: "person-1", outcome: "enrolled" },
      { requestId: "person-2", outcome: "refused", refused: { status: "NOT_FOUND" } },
      { requestId: "person-3", outcome: "enrolled" },
    ]);
    expect(messages.filter((one) => one !== together)).toMatchObject([
      { requestId: "person-4", outcome: "enrolled", answers: [] },
    ]);
    expect(await world.engine.store.countPersons()).toBe(3);
  });

  it.each<[string, EnrolPersonsRequest]>([
    ["more persons than a message may have", { persons: new Array(65).fill(person(1).person) }],
    ["a person beside its persons", { ...person(1), persons: [person(2).person] }],
  ])("ends the stream at a message with %s", async (_, message) => {
    await expect(enrolAll([message])).rejects.toMatchObject({
      status: "INVALID_ARGUMENT",
      fields: [{ field: "persons" }],
    });
  });

  it("takes an embedding as packed floats, which is the same enrolment", async () => {
    const packed = (number: number, bytes = Buffer.from(vectorOf(number).buffer)) =>
      person(number, { sources: [{ embedding: { modelPack, packedValues: bytes } }] });
    const first = (await enrolAll([packed(1)])).get("person-1");
    const again = (await enrolAll([person(1)])).get("person-1");
    expect(again).toMatchObject({
      enrolled: { personId: first?.enrolled?.personId, alreadyEnrolled: true },
    });
    const embedding = { modelPack, values: [1], packedValues: Buffer.alloc(640, 1) };
    const answers = await enrolAll([
      packed(2, Buffer.alloc(639)),
      packed(3, Buffer.alloc(636)),
      packed(4, Buffer.alloc(640, 0xff)),
      person(5, { sources: [{ embedding }] }),
    ]);
    const field = "sources[0].embedding.packed_values";
    expect(answers.get("person-2")).toMatchObject({ refused: { fields: [{ field }] } });
    expect(answers.get("person-3")?.refused?.reason).toBe("EMBEDDING_DIMENSION_WRONG");
    expect(answers.get("person-4")?.refused?.reason).toBe("EMBEDDING_NOT_FINITE");
    expect(answers.get("person-5")).toMatchObject({ refused: { fields: [{ field }] } });
  });

  it("refuses a person who cannot be read, and goes on", async () => {
    const answers = await enrolAll([
      person(1, { displayName: "\u001b[2J" }),
      person(2, { retentionDeadline: { seconds: 1e15 } }),
      person(3, { sources: [{}] }),
      person(4, { ageBand: 99 as never }),
      person(5, { galleryIds: ["x".repeat(200)] }),
      person(6, { linkToPersonId: "" }),
      person(7),
    ]);
    const refused = (reason: string, field: string) => ({
      outcome: "refused",
      refused: { status: "INVALID_ARGUMENT", reason, fields: [{ field }], retryAfterMs: 0 },
    });
    expect(answers.get("person-1")).toMatchObject(refused("FIELD_INVALID", "display_name"));
    expect(answers.get("person-2")).toMatchObject(refused("FIELD_INVALID", "retention_deadline"));
    expect(answers.get("person-3")).toMatchObject(refused("FIELD_INVALID", "sources[0]"));
    expect(answers.get("person-4")).toMatchObject(refused("FIELD_INVALID", "age_band"));
    expect(answers.get("person-5")).toMatchObject(refused("FIELD_INVALID", "gallery_ids[0]"));
    expect(answers.get("person-6")).toMatchObject(refused("FIELD_INVALID", "link_to_person_id"));
    expect(answers.get("person-7")).toMatchObject({ outcome: "enrolled" });
  });

  it.each<[string, EnrolPersonsRequest, string]>([
    ["no person", {}, "person"],
    ["no request id", person(1, { requestId: "" }), "request_id"],
    ["a request id that is too long", person(1, { requestId: "x".repeat(129) }), "request_id"],
    ["a request id that acts on terminals", person(1, { requestId: "\u001b[2J" }), "request_id"],
  ])("answers a message with %s under no id", async (_, message, field) => {
    const answers = await enrolAll([message, person(2)]);
    expect(answers.get("")).toMatchObject({
      refused: { status: "INVALID_ARGUMENT", fields: [{ field }] },
    });
    expect(answers.get("person-2")).toMatchObject({ outcome: "enrolled" });
  });

  it("says what the gate would have said, with every violation", async () => {
    const answers = await enrolAll([
      person(1, { lawfulBasis: null, retentionDeadline: null }),
      person(2),
    ]);
    expect(answers.get("person-1")).toMatchObject({
      refused: {
        status: "FAILED_PRECONDITION",
        reason: "LAWFUL_BASIS_MISSING",
        violations: [{ reason: "LAWFUL_BASIS_MISSING" }, { reason: "RETENTION_MISSING" }],
        suspects: [],
        reviewId: "",
      },
    });
    expect(answers.get("person-2")).toMatchObject({ outcome: "enrolled" });
  });

  it("says QUEUE_FULL of what the streams have no room for, and goes on", async () => {
    // More than the world's streams may hold together.
    const large = person(1, { sources: [{ image: Buffer.alloc(2 << 20) }] });
    const answers = await enrolAll([large, person(2)]);
    expect(answers.get("person-1")).toMatchObject({
      refused: { status: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL", retryAfterMs: 200 },
    });
    expect(answers.get("person-2")).toMatchObject({ outcome: "enrolled" });
    expect(world.engine.streamBytes.takenBytes).toBe(0);
  });

  it("puts a likely duplicate into the review list", async () => {
    const personId = (await enrolAll([person(1)])).get("person-1")?.enrolled?.personId;
    const twin = person(1, { requestId: "twin" });
    const refused = (await enrolAll([twin])).get("twin");
    expect(refused).toMatchObject({
      refused: {
        status: "ALREADY_EXISTS",
        reason: "DUPLICATE_SUSPECTED",
        suspects: [{ personId, score: 1 }],
        reviewId: expect.stringMatching(/./),
      },
    });
    const { client } = world;
    const { reviews } = await client.duplicates.listReviews({});
    expect(reviews).toMatchObject([
      {
        requestId: "twin",
        galleryIds: ["watch"],
        decision: "REVIEW_DECISION_UNSPECIFIED",
        suspects: [{ personId }],
        decideTime: null,
      },
    ]);
    const reviewId = reviews[0]?.reviewId ?? "";
    const decided = await client.duplicates.resolveReview({
      reviewId,
      decision: "REVIEW_DECISION_DISTINCT",
      reason: "twins",
    });
    expect(decided.review).toMatchObject({
      decision: "REVIEW_DECISION_DISTINCT",
      decidedBy: administrator.name,
      reason: "twins",
      decideTime: timestamp(START_MS),
    });
    const sent = await enrolAll([person(1, { requestId: "twin", reviewId })]);
    expect(sent.get("twin")).toMatchObject({ enrolled: { alreadyEnrolled: false } });
    expect((await client.duplicates.listReviews({})).reviews).toEqual([]);
    expect((await client.duplicates.listReviews({ includeDecided: true })).reviews).toHaveLength(1);
  });
});
