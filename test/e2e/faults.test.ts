import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type CordonClient, createClient } from "../../src/transport/client/client.js";
import { type CordonClientError, toClientError } from "../../src/transport/client/error.js";
import { drawUnitVector } from "../drawn.js";
import { enrolEmbedding, makeLawful, removeDataDir, runToItsEnd } from "./harness.js";
import { placePerTest } from "./own-server.js";

const env = { CORDON_PORT: "0", CORDON_HTTP_PORT: "0", CORDON_VISION_WORKERS: "1" };

const place = placePerTest();

/** A stopped server's data folder with three persons in it. */
async function fill(): Promise<readonly string[]> {
  const running = await place.start();
  await makeLawful(running.client);
  const name = await packOf(running.client);
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    ids.push(await enrolEmbedding(running.client, drawUnitVector(160), name));
  }
  await running.stop();
  return ids;
}

async function packOf(client: CordonClient): Promise<string> {
  const { modelPack } = await client.server.getServerInfo({});
  return modelPack?.name ?? "";
}

function segments(): readonly string[] {
  const names = readdirSync(join(place.dataDir, "audit")).filter((name) => name.endsWith(".jsonl"));
  return names.sort().map((name) => join(place.dataDir, "audit", name));
}

describe("a start is refused, with what to do,", () => {
  it("when the audit's newest records were cut off at a record's end", async () => {
    await fill();
    const last = segments().at(-1) ?? "";
    const lines = readFileSync(last, "utf8").trimEnd().split("\n");
    const kept = lines.slice(0, -4).join("\n");
    truncateSync(last, Buffer.byteLength(kept) + 1);
    const { code, stderr } = await runToItsEnd(place.dataDir, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/audit ends before record \d+, which the database knows/);
  });

  it("when a record of the audit was altered", async () => {
    await fill();
    const [first = ""] = segments();
    const at = readFileSync(first).indexOf('"personId":"') + 12;
    overwrite(first, at, "0000");
    const { code, stderr } = await runToItsEnd(place.dataDir, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/audit log is broken at record \d+ \(".*", line \d+, byte \d+\)/);
  });

  it("when a page of the database is damaged", async () => {
    await fill();
    const path = join(place.dataDir, "cordon.db");
    for (let at = 4_096; at < readFileSync(path).length; at += 4_096) {
      overwrite(path, at, "damaged by the test, at the head of every page");
    }
    const { code, stderr } = await runToItsEnd(place.dataDir, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/damaged .*Keep a copy of it, then restore the latest back-up/s);
  });

  it("when the database is a new one beside an old audit", async () => {
    await fill();
    for (const name of readdirSync(place.dataDir)) {
      if (name.startsWith("cordon.db")) removeDataDir(join(place.dataDir, name));
    }
    const { code, stderr } = await runToItsEnd(place.dataDir, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/belongs to another database|Restore it from its back-up/);
  });
});

function overwrite(path: string, at: number, text: string): void {
  const file = openSync(path, "r+");
  writeSync(file, text, at);
  closeSync(file);
}

describe("a disk that is full", () => {
  it("refuses what it cannot keep, goes on answering, and has lost nothing", async () => {
    await fill();
    const full = await startOnFullDisk();
    const name = await packOf(full.client);
    const kept: string[] = [];
    let failure: CordonClientError | null = null;
    for (let n = 0; n < 20_000 && failure === null; n += 1) {
      try {
        kept.push(await enrolEmbedding(full.client, drawUnitVector(160), name));
      } catch (thrown) {
        failure = toClientError(thrown);
      }
    }
    expect(failure).toMatchObject({ status: "UNAVAILABLE", reason: "STORAGE_FAILED" });
    const { modelPack } = await full.client.server.getServerInfo({});
    expect(modelPack?.name).toBe(name);
    await full.kill();

    const running = await place.start();
    for (const personId of kept) {
      const { person } = await running.client.enrolment.getPerson({ personId });
      expect(person?.personId).toBe(personId);
    }
    expect(await running.client.audit.verifyAudit({})).toMatchObject({ intact: true });
  }, 120_000);
});

/** The real server, of whose files none may grow beyond a few megabytes: a write fails as on a full disk. */
async function startOnFullDisk() {
  const entry = fileURLToPath(new URL("../../dist/src/main.js", import.meta.url));
  const limited = ["-c", `ulimit -f 4096; exec "$0" "$1"`, process.execPath, entry];
  const child = spawn("sh", limited, {
    env: { ...env, PATH: process.env["PATH"], CORDON_DATA_DIR: place.dataDir },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.includes('"msg":"ready"')) resolve(JSON.parse(line).grpcAddress as string);
    });
    void exited.then(() => reject(new Error("the server ended")));
  });
  const client = createClient({ address });
  return {
    client,
    async kill() {
      client.close();
      child.kill("SIGKILL");
      await exited;
    },
  };
}
