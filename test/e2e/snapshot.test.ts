import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lawfulQuery, makeLawful, type ServerProcess } from "./harness.js";
import { placePerTest } from "./own-server.js";
import { type Enrolled, enrolCrowd, enrolSomebody, modelPackOf } from "./people.js";
import { expectNoTrace, tracesOf } from "./traces.js";

const place = placePerTest();

const start = () => place.start({ CORDON_INDEX_SNAPSHOT_TEMPLATES_MIN: "10" });
const manifest = () => join(place.dataDir, "index", "manifest.json");
const opened = "opened the index snapshot";

async function whoIs({ client }: ServerProcess, vector: readonly number[]) {
  const embedding = { modelPack: await modelPackOf(client), values: [...vector] };
  const { faces } = await client.identification.identify({ ...lawfulQuery, embedding });
  return faces[0]?.personId;
}

it("starts from the sealed snapshot that the last stop left, and what came later", async () => {
  let running = await start();
  await makeLawful(running.client);
  const modelPack = await modelPackOf(running.client);
  const crowd = await enrolCrowd(running.client, modelPack, 24);
  expect(await running.stop()).toBe(0);
  expect(existsSync(manifest())).toBe(true);
  expect(readdirSync(join(place.dataDir, "index")).length).toBeGreaterThan(1);
  const needles = crowd.flatMap(({ vector }) => tracesOf(vector));
  expectNoTrace(place.dataDir, needles, "with a snapshot");

  running = await start();
  expect(running.output()).toContain(opened);
  const late = await enrolSomebody(running.client, modelPack);
  await running.stop("SIGKILL");
  running = await start();
  expect(running.output()).toContain(opened);
  for (const { vector, personId } of [...crowd.slice(0, 4), late]) {
    expect(await whoIs(running, vector)).toBe(personId);
  }
});

it("destroys the snapshot with the first erasure, and nobody comes back by it", async () => {
  let running = await start();
  await makeLawful(running.client);
  const crowd = await enrolCrowd(running.client, await modelPackOf(running.client), 24);
  expect(await running.stop()).toBe(0);

  running = await start();
  const [erased, ...kept] = crowd as [Enrolled, ...Enrolled[]];
  await running.client.enrolment.erasePerson({ personId: erased.personId });
  expect(existsSync(manifest())).toBe(false);
  await running.stop("SIGKILL");

  running = await start();
  expect(running.output()).not.toContain(opened);
  expect(await whoIs(running, erased.vector)).toBe("");
  expect(await whoIs(running, (kept[0] as Enrolled).vector)).toBe(kept[0]?.personId);
});
