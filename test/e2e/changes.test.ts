import { expect, it } from "vitest";
import type { CordonClient } from "../../src/transport/client/client.js";
import { placePerTest } from "./own-server.js";

/** Rounds of changes and SIGKILL. */
const ROUNDS = Number(process.env["CORDON_KILL_ROUNDS"] ?? 2);
/** Changes that are acknowledged in a round before the kill, at most. */
const CHANGES_MAX = 40;

const place = placePerTest();

/** Makes galleries, many at a time, until the server is gone. */
async function load(client: CordonClient, round: number, made: Set<string>, enough: () => void) {
  const until = 1 + Math.floor(Math.random() * CHANGES_MAX);
  const before = made.size;
  let next = 0;
  const worker = async () => {
    for (;;) {
      next += 1;
      const galleryId = `g-${round}-${next}`;
      await client.gallery.createGallery({ galleryId });
      made.add(galleryId);
      if (made.size - before === until) enough();
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, worker));
}

async function galleries(client: CordonClient): Promise<readonly string[]> {
  const { galleries } = await client.gallery.listGalleries({ pageSize: 1_000 });
  return galleries.map(({ galleryId }) => galleryId);
}

async function recorded(client: CordonClient): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let pageToken = ""; ; ) {
    const filter = { act: "gallery.create" };
    const page = await client.audit.queryRecords({ filter, pageSize: 1_000, pageToken });
    for (const { detailsJson } of page.records) {
      ids.push(String(JSON.parse(detailsJson).galleryId));
    }
    pageToken = page.nextPageToken;
    if (pageToken === "") return ids;
  }
}

it("whatever is killed and when, every change in force is on record, once", async () => {
  const acknowledged = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await place.start();
    let killed: Promise<unknown> = Promise.resolve();
    await load(server.client, round, acknowledged, () => {
      server.child.kill("SIGKILL");
      killed = server.stop("SIGKILL");
    });
    await killed;
  }
  const { client } = await place.start();
  const inForce = [...(await galleries(client))].sort();
  expect(inForce).toEqual(expect.arrayContaining([...acknowledged]));
  expect([...(await recorded(client))].sort()).toEqual(inForce);
  expect(await client.audit.verifyAudit({})).toMatchObject({ intact: true });
}, 120_000);
