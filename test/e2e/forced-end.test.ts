import { execFile } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { lawfulQuery, makeLawful, photograph, type ServerProcess } from "./harness.js";
import { placePerTest } from "./own-server.js";

const place = placePerTest();

/** A server whose two vision workers are busy, and what is asked of it. */
async function busyServer() {
  const running = await place.start({ CORDON_VISION_WORKERS: "2" });
  const { client } = running;
  await makeLawful(client);
  const query = { ...lawfulQuery, image: photograph("sample5.jpg") };
  const calls = Array.from({ length: 16 }, () =>
    client.identification.identify(query).then(
      () => "answered",
      () => "failed",
    ),
  );
  await Promise.race(calls);
  return { server: running, calls };
}

/** Resolves when a line of the server's log says this. */
async function logged(server: ServerProcess, message: string): Promise<void> {
  while (!server.output().includes(`"msg":"${message}"`)) {
    await once(server.child.stdout as NodeJS.ReadableStream, "data");
    await new Promise(setImmediate);
  }
}

/** Thirty workers are started on the way, beside whatever else the machine does. */
const OVERRUNS_MS_MAX = 180_000;

const manyOverruns = { timeout: OVERRUNS_MS_MAX };
it("thirty pictures that take too long do not abort the process", manyOverruns, async () => {
  const script = fileURLToPath(new URL("overruns.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, "15"]);
  expect(JSON.parse(stdout)).toEqual({
    events: { "worker-started": 32, "job-overran": 30 },
    reasons: ["WORKER_FAILED"],
  });
});

it("a second signal ends a busy server by SIGKILL, says so, and leaves the audit whole", async () => {
  const { server, calls } = await busyServer();
  const ended = once(server.child, "exit");
  server.child.kill("SIGTERM");
  await logged(server, "draining");
  server.child.kill("SIGTERM");
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(server.output()).toContain("ending by force");
  await Promise.all(calls);
  server.client.close();

  const running = await place.start();
  expect(await running.client.audit.verifyAudit({})).toMatchObject({ intact: true });
  expect(await running.stop()).toBe(0);
});
