import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CordonClient } from "../../src/transport/client/client.js";
import { cordon } from "../cli/harness.js";
import { makeLawful, runToItsEnd, type ServerProcess, startServerProcess } from "./harness.js";
import { absentOf, type Enrolled, enrolCrowd, modelPackOf } from "./people.js";

let root = "";
let running: ServerProcess | null = null;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-keys-"));
});
afterEach(async () => {
  if (running !== null && running.child.exitCode === null) await running.stop("SIGKILL");
  running = null;
  rmSync(root, { recursive: true, force: true });
});

async function start(name = "data", env = {}): Promise<ServerProcess> {
  running = await startServerProcess(join(root, name), env);
  return running;
}

async function withCrowd(server: ServerProcess, count: number): Promise<readonly Enrolled[]> {
  await makeLawful(server.client);
  return enrolCrowd(server.client, await modelPackOf(server.client), count);
}

/** Runs one command line against the server that runs. */
async function run(...args: readonly string[]) {
  return cordon(args, { CORDON_ADDRESS: running?.grpcAddress });
}

/** Persons by the version of the key that wraps theirs. */
async function wrapped(client: CordonClient): Promise<Readonly<Record<number, number>>> {
  const { versions } = await client.keys.getKeyStatus({});
  return Object.fromEntries(versions.map(({ version, persons }) => [version, persons]));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 500; left > 0; left--) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it never came to hold");
}

describe("cordon keys", () => {
  it("wraps everybody's key anew, and destroys the old key with every older back-up", async () => {
    const server = await start();
    const persons = await withCrowd(server, 30);
    const older = join(root, "older");
    const newer = join(root, "newer");
    const oldKeys = join(root, "old-key.json");
    copyFileSync(join(root, "data/key.json"), oldKeys);
    expect((await run("backup", "--out", older)).code).toBe(0);
    const rotated = await run("keys", "rotate", "--json");
    expect(JSON.parse(rotated.out)).toEqual({ keyVersion: 2, rewrapped: 30 });
    expect((await run("keys", "status")).out).toMatch(/1 +0 +old\n2 +30 +in use\n.*keys retire/);

    // Until the old key is destroyed, it opens the older back-up still.
    const keyFile = ["--key-file", join(root, "data/key.json")];
    const restore = (from: string, to: string) =>
      cordon(["restore", "--from", from, "--data-dir", join(root, to), ...keyFile]);
    expect(await restore(older, "a")).toMatchObject({ code: 0, err: "" });

    const unsure = await run("keys", "retire");
    expect(unsure).toMatchObject({ code: 2, err: expect.stringMatching(/--yes/) });
    expect((await run("keys", "retire", "--yes")).out).toMatch(/^destroyed: key 1\./);
    expect((await run("backup", "--out", newer)).code).toBe(0);
    const late = await restore(older, "b");
    expect(late.code).toBe(1);
    expect(late.err).toMatch(/needs key version 1, and the key file has key version 2\. Keys are/);
    expect(existsSync(join(root, "b"))).toBe(false);
    expect(await restore(newer, "c")).toMatchObject({ code: 0, err: "" });

    expect(await absentOf(server.client, persons)).toEqual([]);
    expect(await server.stop()).toBe(0);
    const again = await start();
    expect(await wrapped(again.client)).toEqual({ 2: 30 });
    expect(await absentOf(again.client, persons)).toEqual([]);
    expect(await again.stop()).toBe(0);

    // A copy of the key file from before would open nothing either.
    const env = { CORDON_KEY_FILE: oldKeys };
    const { code, stderr } = await runToItsEnd(join(root, "data"), env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/could not start: .*key/);
  });

  it("goes on after a kill in the middle of a rotation, at the next start", async () => {
    const server = await start();
    const persons = await withCrowd(server, 250);
    const rotation = server.client.keys.rotateKeys({}).catch(() => null);
    await until(async () => {
      const counts = await wrapped(server.client).catch(() => ({ 2: 1 }));
      return ((counts as Record<number, number>)[2] ?? 0) > 0;
    });
    await server.stop("SIGKILL");
    await rotation;
    const again = await start();
    await until(async () => (await wrapped(again.client))[2] === 250);
    expect(await wrapped(again.client)).toEqual({ 1: 0, 2: 250 });
    expect(await absentOf(again.client, persons.slice(0, 20))).toEqual([]);
    const resumed = await run("keys", "rotate", "--resume", "--json");
    expect(JSON.parse(resumed.out)).toEqual({ keyVersion: 2, rewrapped: 0 });
    expect(await again.client.audit.verifyAudit({})).toMatchObject({ intact: true });
  });

  it("goes on with a rotation whose caller is gone", async () => {
    const server = await start();
    const { client } = server;
    await withCrowd(server, 250);
    const gone = new AbortController();
    const rotation = client.keys.rotateKeys({}, { signal: gone.signal }).catch(() => null);
    await until(async () => (await wrapped(client))[2] !== undefined);
    gone.abort();
    await rotation;
    await until(async () => (await wrapped(client))[2] === 250);
  });
});

describe("cordon keys init", () => {
  it("makes a key file that a server starts with, and never another over it", async () => {
    const keyFile = join(root, "keys/key.json");
    const made = await cordon(["keys", "init", "--key-file", keyFile, "--json"]);
    expect(JSON.parse(made.out)).toMatchObject({ file: keyFile, provider: "file" });
    const twice = await cordon(["keys", "init", "--key-file", keyFile]);
    expect(twice).toMatchObject({ code: 1, out: "" });
    expect(twice.err).toMatch(/left as it is/);
    const server = await start("data", { CORDON_KEY_FILE: keyFile });
    expect(await wrapped(server.client)).toEqual({ 1: 0 });
    expect(existsSync(join(root, "data/key.json"))).toBe(false);
    expect(await server.stop()).toBe(0);
  });
});
