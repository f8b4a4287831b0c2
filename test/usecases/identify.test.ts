import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../../src/access/access.js";
import { apiMethods } from "../../src/api/methods.js";
import type { CordonClientError } from "../../src/transport/client/error.js";
import { inside, lawfulQuery, timestamp } from "../e2e/harness.js";
import { directClient } from "./direct-client.js";
import { administrator, DAY_MS, START_MS, serverFacts } from "./engine.js";
import { modelPack, oneVector } from "./spies.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const embedding = { modelPack, values: [...oneVector()] };

/** Why a query over the wire is refused; empty when it is answered. */
async function refusal(change: object, caller: Caller = administrator) {
  const client = directClient(apiMethods(world.engine, serverFacts), caller);
  return client.identification.identify({ ...lawfulQuery, embedding, ...change }).then(
    () => [],
    (thrown: unknown) => (thrown as CordonClientError).violations.map(({ type }) => type),
  );
}

describe("the address of the peer", () => {
  const from = (address: string): Caller => ({ ...administrator, address });

  it("must be in a network that the zone permits, unless it is this very machine", async () => {
    expect(await refusal({}, from("127.0.0.1"))).toEqual([]);
    expect(await refusal({}, from("10.4.7.7"))).toEqual(["EGRESS_NOT_PERMITTED"]);
    await world.client.zone.updateZone({
      zone: { zoneId: "plaza", permittedNetworks: ["10.4.0.0/16"] },
      updateMask: { paths: ["permitted_networks"] },
    });
    expect(await refusal({}, from("10.4.7.7"))).toEqual([]);
    expect(await refusal({}, from("203.0.113.9"))).toEqual(["EGRESS_NOT_PERMITTED"]);
  });

  it("may lie beyond them while an egress basis is on record, and no longer", async () => {
    const key = { zoneId: "plaza", basisId: "law" };
    await world.client.safeguard.recordEgressBasis({
      basis: {
        ...key,
        networks: ["203.0.113.0/24"],
        citation: "Counter-Terrorism Law, Art. 50",
        validUntil: timestamp(START_MS + DAY_MS),
      },
    });
    expect(await refusal({}, from("203.0.113.9"))).toEqual([]);
    await world.client.safeguard.removeEgressBasis(key);
    expect(await refusal({}, from("203.0.113.9"))).toEqual(["EGRESS_NOT_PERMITTED"]);
  });
});

describe("a mobile camera", () => {
  beforeEach(async () => {
    await world.client.camera.registerCamera({
      camera: { cameraId: "car", zoneId: "plaza", mobile: true },
    });
  });
  const fix = (change: object) => ({
    cameraId: "car",
    cameraFix: { position: inside, accuracyM: 5, fixTime: timestamp(START_MS), ...change },
  });

  it("says where it is with every query", async () => {
    expect(await refusal({ cameraId: "car" })).toEqual(["CAMERA_OUTSIDE_GEOFENCE"]);
    expect(await refusal(fix({}))).toEqual([]);
  });

  it("is surely inside: the whole circle of its accuracy counts", async () => {
    expect(await refusal(fix({ accuracyM: 400 }))).toEqual([]);
    expect(await refusal(fix({ accuracyM: 600 }))).toEqual(["CAMERA_OUTSIDE_GEOFENCE"]);
  });

  it("has a fresh position", async () => {
    const old = timestamp(START_MS - 11_000);
    expect(await refusal(fix({ fixTime: old }))).toEqual(["CAMERA_POSITION_STALE"]);
    const ahead = timestamp(START_MS + 3_000);
    expect(await refusal(fix({ fixTime: ahead }))).toEqual(["CAMERA_POSITION_STALE"]);
  });

  it("may tell its position in GCJ-02", async () => {
    const { latitude, longitude } = inside;
    const position = { latitude: latitude + 0.0014, longitude: longitude + 0.0062 };
    expect(await refusal(fix({ position: { ...position, datum: "DATUM_GCJ02" } }))).toEqual([]);
  });
});

describe("the checklist", () => {
  it("agrees with the gate, and says what the clock will end", async () => {
    const check = () => world.client.zone.checkZone({ zoneId: "plaza", withinDays: 100 });
    const before = await check();
    expect(before.satisfied).toBe(true);
    const soon = before.items.filter((item) => item.expiresSoon).map((item) => item.reason);
    expect(soon).toEqual(["SIGNAGE_STALE"]);
    await world.client.notice.withdrawNotice({ noticeId: "plaza-notice" });
    const after = await check();
    const broken = after.items.filter((item) => !item.satisfied).map((item) => item.reason);
    expect(broken).toEqual(await world.reasons());
    expect(world.spies.reached).toHaveLength(0);
  });

  it("says within how many days at most one may ask", async () => {
    await expect(
      world.client.zone.checkZone({ zoneId: "plaza", withinDays: 3661 }),
    ).rejects.toMatchObject({ status: "INVALID_ARGUMENT", fields: [{ field: "within_days" }] });
  });
});
