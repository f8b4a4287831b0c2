import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plaza, publishNotice, timestamp } from "../e2e/harness.js";
import { DAY_MS, START_MS } from "./engine.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const get = (version = 0) =>
  world.client.notice.getNotice({ noticeId: "plaza-notice", version }).then((it) => it.notice);
const withdraw = () => world.client.notice.withdrawNotice({ noticeId: "plaza-notice" });

describe("a notice", () => {
  it("gets its versions from 1, and only the newest is current", async () => {
    world.clock.pass(DAY_MS);
    await publishNotice(world.client);
    expect(await get()).toMatchObject({ version: 2, current: true, withdrawTime: null });
    expect(await get(1)).toMatchObject({
      version: 1,
      current: false,
      publishTime: { seconds: START_MS / 1000 },
    });
  });

  it("published by many at once gets a version for each", async () => {
    await Promise.all(Array.from({ length: 20 }, () => publishNotice(world.client)));
    const { notices } = await world.client.notice.listNotices({ zoneId: "plaza" });
    expect(notices.map(({ version }) => version)).toEqual(
      Array.from({ length: 21 }, (_, at) => 21 - at),
    );
    expect(notices.map(({ current }) => current)).toEqual(notices.map((_, at) => at === 0));
  });

  it("is out of force from its withdrawal, whose time stays the first one's", async () => {
    await withdraw();
    expect(await world.reasons()).toEqual(["NOTICE_MISSING"]);
    world.clock.pass(DAY_MS);
    const { notice } = await withdraw();
    expect(notice).toMatchObject({
      version: 1,
      current: false,
      withdrawTime: { seconds: START_MS / 1000 },
    });
    expect(world.audited.filter(({ act }) => act === "notice.withdraw")).toHaveLength(1);
    await publishNotice(world.client);
    expect(await world.reasons()).toEqual([]);
    expect((await get())?.version).toBe(2);
  });

  it("is outdated for ever by another operator, and by nothing that it does not tell", async () => {
    const was = await world.engine.store.getOperator();
    if (was === null) throw new Error("no operator");
    const set = (change: object) =>
      world.client.server.setOperator({
        operator: { name: was.name, contact: was.contact, ...change },
      });
    await set({ region: "Shanghai" });
    expect(await world.reasons()).toEqual([]);
    await set({ contact: "other@example.org" });
    await set({});
    expect(await world.engine.store.getOperator()).toEqual({ ...was, noticeRevision: 2 });
    expect(await world.reasons()).toEqual(["NOTICE_OUTDATED"]);
    expect(await world.reasons({}, await world.restarted())).toEqual(["NOTICE_OUTDATED"]);
    await publishNotice(world.client);
    expect(await world.reasons()).toEqual([]);
  });

  it("of an earlier version is current for no zone, also for one that the new one leaves", async () => {
    const zone = { ...plaza, entrances: [...plaza.entrances], zoneId: "second" };
    await world.client.zone.createZone({ ...zone, validUntil: timestamp(START_MS + DAY_MS) });
    const notice = await get();
    await world.client.notice.publishNotice({
      notice: { noticeId: "plaza-notice", zoneIds: ["second"], texts: notice?.texts ?? [] },
    });
    const { notices } = await world.client.notice.listNotices({ zoneId: "plaza" });
    expect(notices).toMatchObject([{ version: 1, current: false }]);
    expect(await world.reasons()).toEqual(["NOTICE_MISSING"]);
    expect(await world.reasons({}, await world.restarted())).toEqual(["NOTICE_MISSING"]);
  });

  it("is paged with each version once", async () => {
    for (let at = 0; at < 6; at++) await publishNotice(world.client);
    const versions: number[] = [];
    let pageToken = "";
    do {
      const page = await world.client.notice.listNotices({ pageSize: 2, pageToken });
      versions.push(...page.notices.map(({ version }) => version));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(versions).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });
});
