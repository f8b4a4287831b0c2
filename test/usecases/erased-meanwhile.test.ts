import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IdentifyStreamRequest } from "../../src/api/generated/cordon/v1/IdentifyStreamRequest.js";
import { createErasedLately } from "../../src/usecases/erased-lately.js";
import type { Owners } from "../../src/usecases/owners.js";
import { createOwners } from "../../src/usecases/owners.js";
import { lawfulQuery } from "../e2e/harness.js";
import { type IndexedEngine, makeIndexedEngine } from "./indexed-engine.js";
import { modelPack, vectorOf } from "./spies.js";

const timings = { queueMs: 0, decodeMs: 0, detectMs: 0, alignMs: 0, embedMs: 0 };
const face = {
  box: { x: 0, y: 0, width: 1, height: 1 },
  landmarks: [],
  quality: { acceptable: true, reasons: [], eyeDistancePx: 50 },
};

let it: IndexedEngine;
/** Awaited before a picture is looked at. */
let beforePicture: () => Promise<unknown>;
/** Awaited before the store is asked whose templates are. */
let beforeOwners: () => Promise<unknown>;

beforeEach(async () => {
  beforePicture = beforeOwners = async () => undefined;
  it = await makeIndexedEngine(({ vision, store }) => {
    const owners = createOwners(store);
    const slow: Owners = {
      async of(templateIds) {
        await beforeOwners();
        return owners.of(templateIds);
      },
    };
    // Persons 1 and 2 are in every picture.
    const embed = async () => {
      await beforePicture();
      const faces = [1, 2].map((person) => ({ ...face, embedding: vectorOf(person) }));
      return { width: 100, height: 100, facesDropped: 0, timings, faces };
    };
    return { owners: slow, vision: { ...vision, embed } as unknown as typeof vision };
  });
});
afterEach(() => it.close());

const picture = { ...lawfulQuery, image: Buffer.from([1]) };
const embeddingOf = (person: number) => ({
  ...lawfulQuery,
  embedding: { modelPack, values: [...vectorOf(person)] },
});
const erase = (personId: string) => it.client.enrolment.erasePerson({ personId, reason: "asked" });
/** Acts on record that name a person, in order. */
const actsNaming = (personId: string) =>
  it.base.audited
    .filter(({ act, details }) => act !== "enrol" && JSON.stringify(details).includes(personId))
    .map(({ act }) => act);

describe("somebody who is erased while a query is under way", () => {
  test("between the look-ups of two faces is not in the answer", async () => {
    const first = await it.enrol(1);
    const second = await it.enrol(2);
    let lookUps = 0;
    beforeOwners = async () => {
      lookUps += 1;
      if (lookUps === 2) await erase(first);
    };
    const { faces } = await it.client.identification.identify(picture);
    expect(faces.map(({ personId }) => personId)).toEqual(["", second]);
    expect(actsNaming(first)).toEqual(["erase"]);
  });

  test("is not in the answer of a batch that waits for its other queries", async () => {
    const personId = await it.enrol(1);
    const other = await it.enrol(3);
    beforePicture = () => erase(personId);
    const queries = [embeddingOf(1), embeddingOf(3), picture];
    const { results } = await it.client.identification.identifyBatch({ queries });
    expect(results.map(({ failure }) => failure?.reason)).toEqual([
      "PERSON_ERASED",
      undefined,
      undefined,
    ]);
    expect(results[1]?.answer?.faces[0]?.personId).toBe(other);
    expect(JSON.stringify(results)).not.toContain(personId);
    // The answer was on record before the erasure, and that it was not given is after it.
    expect(actsNaming(personId)).toEqual(["identify", "erase"]);
    const failures = it.base.audited.filter(({ details }) => details["outcome"] === "FAILED");
    expect(failures).toMatchObject([
      {
        act: "identify",
        details: { reason: "PERSON_ERASED", zoneId: "plaza", probe: "embedding" },
      },
    ]);
  });

  test("is not in the answer of a stream that its caller reads later", async () => {
    const personId = await it.enrol(1);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* messages(): AsyncGenerator<IdentifyStreamRequest> {
      yield { settings: lawfulQuery, queries: [{ tag: 1, query: embeddingOf(3) }] };
      await held;
      yield { queries: [{ tag: 2, query: embeddingOf(1) }] };
      await answered(2);
      await erase(personId);
    }
    const answers = it.client.identification.identifyStream(messages())[Symbol.asyncIterator]();
    const { value: opening } = await answers.next();
    expect(opening.results[0]?.answer?.faces).toHaveLength(1);
    release();
    await answered(2);
    while (actsNaming(personId).length < 2) await new Promise(setImmediate);
    const { value } = await answers.next();
    expect(value.results[0]).toMatchObject({ tag: 2, failure: { reason: "PERSON_ERASED" } });
  });
});

/** Waits until so many queries are on record as answered. */
async function answered(count: number): Promise<void> {
  const isAnswer = ({ details }: { readonly details: object }) =>
    (details as { outcome?: string }).outcome === "ANSWERED";
  while (it.base.audited.filter(isAnswer).length < count) await new Promise(setImmediate);
}

describe("createErasedLately()", () => {
  test("tells who was erased after a position", () => {
    const erased = createErasedLately();
    erased.note(["a", "b"]);
    const since = erased.position;
    expect(erased.hasAny(["a", "b", "c"], since)).toBe(false);
    erased.note(["c"]);
    expect(erased.hasAny(["a", "b"], since)).toBe(false);
    expect(erased.hasAny(["a", "c"], since)).toBe(true);
    expect(erased.hasAny([], since)).toBe(false);
    expect(erased.hasAny(["a"], 0)).toBe(true);
  });

  test("takes it for so when it does not remember any more", () => {
    const erased = createErasedLately(2);
    const before = erased.position;
    erased.note(["a"]);
    const since = erased.position;
    erased.note(["b", "c"]);
    expect(erased.hasAny(["x"], since)).toBe(false);
    expect(erased.hasAny(["x"], before)).toBe(true);
  });
});
