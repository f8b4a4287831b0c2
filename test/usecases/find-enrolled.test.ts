import { describe, expect, it } from "vitest";
import type { Permit } from "../../src/base/permit.js";
import type { FaceIndex } from "../../src/index/port.js";
import type { PersonRow } from "../../src/store/person-records.js";
import { findEnrolled } from "../../src/usecases/find-enrolled.js";
import { createOwners } from "../../src/usecases/owners.js";
import { sealDetails } from "../../src/vault/sealed-details.js";
import type { PersonKey, Vault } from "../../src/vault/vault.js";

/** Keys that seal nothing: what is sealed is not what these tests are about. */
const plainKey: PersonKey = {
  seal: (_context, plaintext) => Uint8Array.from(plaintext),
  open: (_context, sealed) => Uint8Array.from(sealed),
  destroy: () => undefined,
};
const vault = { openPersonKey: () => plainKey } as unknown as Vault;
const details = { displayName: "", externalReference: "ref", birthDate: "", ageBand: "" } as const;
const requestDigest = "";

/** An index of persons p0, p1, ... by falling score, of whom only `living` are in the store. */
function world(count: number, living: ReadonlyMap<string, number>) {
  const all = Array.from({ length: count }, (_, n) => ({
    personId: `p${n}`,
    templateId: `t${n}`,
    score: 0.9 - n / 1000,
  }));
  const asked: number[] = [];
  const index = {
    search: async (_permit: Permit, _gallery: string, _vectors: unknown, k: number) => {
      asked.push(k);
      return [all.slice(0, k)];
    },
  } as unknown as FaceIndex;
  const ownerOf = (templateId: string): readonly [string, PersonRow][] => {
    const personId = templateId.replace("t", "p");
    const retentionDeadlineMs = living.get(personId);
    if (retentionDeadlineMs === undefined) return [];
    const sealedDetails = sealDetails(plainKey, { ...details, requestDigest });
    const row = { personId, mergedInto: null, retentionDeadlineMs, sealedDetails };
    return [[templateId, row as PersonRow]];
  };
  const listOwners = async (ids: readonly string[]) => new Map(ids.flatMap(ownerOf));
  const owners = createOwners({ listOwners });
  const find = (wanted: number, scoreMin = 0) =>
    findEnrolled(
      { index, owners, vault, clock: { nowMs: () => 1000 } },
      {} as Permit,
      { galleryId: "watch", vector: new Float32Array(2), scoreMin },
      all.slice(0, wanted),
      wanted,
      new AbortController().signal,
    );
  return { find, asked };
}

describe("findEnrolled()", () => {
  it("asks no more when everybody found is enrolled", async () => {
    const { find, asked } = world(
      10,
      new Map([
        ["p0", 2000],
        ["p1", 2000],
      ]),
    );
    expect((await find(2)).map(({ personId }) => personId)).toEqual(["p0", "p1"]);
    expect(asked).toEqual([]);
  });

  it("finds the enrolled person whom erased ones stand before", async () => {
    const { find, asked } = world(40, new Map([["p7", 2000]]));
    expect((await find(2)).map(({ personId }) => personId)).toEqual(["p7"]);
    expect(asked).toEqual([8, 32, 100]);
  });

  it("leaves out whoever's retention deadline has come", async () => {
    const { find } = world(
      3,
      new Map([
        ["p0", 1000],
        ["p1", 1001],
      ]),
    );
    expect((await find(2)).map(({ personId }) => personId)).toEqual(["p1"]);
  });

  it("does not look further when the last one found is already too far", async () => {
    const { find, asked } = world(40, new Map());
    expect(await find(2, 0.8995)).toEqual([]);
    expect(asked).toEqual([]);
  });
});
