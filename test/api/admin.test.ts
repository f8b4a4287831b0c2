import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { timestamp } from "../e2e/harness.js";
import { DAY_MS, START_MS } from "../usecases/engine.js";
import { modelPack, vectorOf } from "../usecases/spies.js";
import { makeWorld, type World } from "../usecases/world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const enrol = (number: number) =>
  world.client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + 100 * DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(number)] } }],
  });

describe("KeyService", () => {
  it("rotates, resumes and retires, and shows what wraps whom", async () => {
    const { keys } = world.client;
    await enrol(1);
    const first = [{ version: 1, persons: 1 }];
    expect(await keys.getKeyStatus({})).toEqual({
      ...{ provider: "file", keyVersion: 1, versions: first },
    });
    expect(await keys.rotateKeys({})).toEqual({ keyVersion: 2, rewrapped: 1 });
    const versions = [
      { version: 1, persons: 0 },
      { version: 2, persons: 1 },
    ];
    expect(await keys.getKeyStatus({})).toMatchObject({ keyVersion: 2, versions });
    expect(await keys.rotateKeys({ resumeOnly: true })).toEqual({ keyVersion: 2, rewrapped: 0 });
    expect(await keys.retireKeys({})).toEqual({ retiredVersions: [1] });
    expect(await keys.retireKeys({})).toEqual({ retiredVersions: [] });
  });

  it("destroys no key that wraps anything still", async () => {
    await enrol(1);
    await world.engine.vault.rotate();
    await expect(world.client.keys.retireKeys({})).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "KEYS_IN_USE",
    });
  });
});
