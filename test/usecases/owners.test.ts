import { describe, expect, test } from "vitest";
import type { PersonRow } from "../../src/store/person-records.js";
import { createOwners, OWNERS_TOGETHER_MAX } from "../../src/usecases/owners.js";

/** A store in which template tN is of person pN, and that tells what it was asked. */
function world() {
  const asked: (readonly string[])[] = [];
  const listOwners = async (templateIds: readonly string[]) => {
    asked.push(templateIds);
    if (templateIds.includes("bad")) throw new Error("the disk is gone");
    return new Map(templateIds.map((id) => [id, { personId: id.replace("t", "p") } as PersonRow]));
  };
  return { owners: createOwners({ listOwners }), asked };
}

describe("createOwners()", () => {
  test("those who ask in one turn share a call, in which no template comes twice", async () => {
    const { owners, asked } = world();
    const later = Promise.resolve().then(() => owners.of(["t3", "t1"]));
    const answers = await Promise.all([owners.of(["t1"]), owners.of(["t2"]), later]);
    expect(asked).toEqual([["t1", "t2", "t3"]]);
    expect(answers.map((rows) => rows.get("t1")?.personId)).toEqual(["p1", "p1", "p1"]);
    expect(answers[2]?.get("t3")?.personId).toBe("p3");
  });

  test("whoever asks after a call was sent hears of the store as it is then", async () => {
    const { owners, asked } = world();
    await owners.of(["t1"]);
    await owners.of(["t1"]);
    expect(asked).toEqual([["t1"], ["t1"]]);
  });

  test("a call has no more templates than it may have", async () => {
    const { owners, asked } = world();
    const hundred = (n: number) => Array.from({ length: 100 }, (_, at) => `t${n * 100 + at}`);
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => owners.of(hundred(n))));
    expect(asked.length).toBe(2);
    for (const ids of asked) expect(ids.length).toBeLessThanOrEqual(OWNERS_TOGETHER_MAX);
    expect(asked.flat().length).toBe(5_000);
    expect(all.every((rows, n) => hundred(n).every((id) => rows.has(id)))).toBe(true);
  });

  test("a call that fails fails for those who shared it, and for nobody after them", async () => {
    const { owners } = world();
    const results = await Promise.allSettled([owners.of(["t1"]), owners.of(["bad"])]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect((await owners.of(["t1"])).get("t1")?.personId).toBe("p1");
  });
});
