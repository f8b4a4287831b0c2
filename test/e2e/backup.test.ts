import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CordonClient } from "../../src/transport/client/client.js";
import { restore as restoreBackup } from "../../src/usecases/offline/restore.js";
import { cordon } from "../cli/harness.js";
import { lawfulQuery, makeLawful, type ServerProcess, startServerProcess } from "./harness.js";
import { absentOf, type Enrolled, enrolCrowd, enrolSomebody, modelPackOf } from "./people.js";

let root = "";
let keyFile = "";
let pack = "";
/** Back-up of the server before it was lost. */
let backup = "";
/** Enrolled and acknowledged before the back-up, and never erased. */
let kept: Enrolled[] = [];
/** Acknowledged before the back-up, erased while it was made. */
const goneDuring: Enrolled[] = [];
/** Acknowledged before the back-up, erased after it. */
let goneAfter: Enrolled[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "cordon-backup-"));
  backup = join(root, "backup");
  keyFile = join(root, "lost/key.json");
  const lost = await startServerProcess(join(root, "lost"));
  await makeLawful(lost.client);
  pack = await modelPackOf(lost.client);
  const before = await enrolCrowd(lost.client, pack, 60);
  goneAfter = before.slice(0, 5);
  kept = before.slice(25);
  await backUpUnderLoad(lost, before.slice(5, 25));
  for (const { personId } of goneAfter) await lost.client.enrolment.erasePerson({ personId });
  await enrolCrowd(lost.client, pack, 3);
  const address = { CORDON_ADDRESS: lost.grpcAddress };
  await cordon(["audit", "export", "--out", join(root, "exported")], address);
  await lost.stop("SIGKILL");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** While the back-up is made, persons come, and others go. */
async function backUpUnderLoad({ client, grpcAddress }: ServerProcess, going: Enrolled[]) {
  let over = false;
  const load = async () => {
    for (const person of going) {
      await client.enrolment.erasePerson({ personId: person.personId });
      goneDuring.push(person);
      await enrolSomebody(client, pack);
      if (over) return;
    }
  };
  const made = cordon(["backup", "--out", backup], { CORDON_ADDRESS: grpcAddress });
  const [{ code, out, err }] = await Promise.all([made.finally(() => (over = true)), load()]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/persons +\d+\naudit +to record \d+\nneeds key +1\n/);
  // Whoever was left, too: they stay.
  kept.push(...going.slice(goneDuring.length));
}

function restore(...args: readonly string[]) {
  return cordon(["restore", ...args]);
}

async function started(dataDir: string): Promise<ServerProcess> {
  return startServerProcess(dataDir, { CORDON_KEY_FILE: keyFile });
}

async function finds(client: CordonClient, { vector }: Enrolled): Promise<string> {
  const { faces } = await client.identification.identify({
    ...lawfulQuery,
    embedding: { modelPack: pack, values: [...vector] },
  });
  return faces[0]?.personId ?? "";
}

function manifestText(): string {
  return readFileSync(join(backup, "manifest.json"), "utf8");
}

function loadedLine(server: ServerProcess) {
  const line = server
    .output()
    .split("\n")
    .find((each) => each.includes('"msg":"loaded"'));
  return JSON.parse(line ?? "{}") as { erasedAgain: number; enrolmentsLost: number };
}

describe("a restored back-up", () => {
  it("with the newest audit has everybody who was enrolled, and nobody who was erased", async () => {
    const dataDir = join(root, "restored");
    const from = ["--from", backup, "--data-dir", dataDir, "--key-file", keyFile];
    const { code, out, err } = await restore(...from, "--audit", join(root, "lost"));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`cordon serve --data-dir ${dataDir} --set vault.key_file=${keyFile}`);
    expect(out).not.toContain("is in this folder again");
    const server = await started(dataDir);
    const { client } = server;
    expect(await absentOf(client, kept)).toEqual([]);
    const gone = [...goneAfter, ...goneDuring];
    expect(await absentOf(client, gone)).toEqual(gone.map(({ personId }) => personId));
    for (const person of kept.slice(0, 3))
      expect(await finds(client, person)).toBe(person.personId);
    for (const person of gone) expect(await finds(client, person)).toBe("");
    expect(loadedLine(server).erasedAgain).toBeGreaterThanOrEqual(goneAfter.length);
    expect(loadedLine(server).enrolmentsLost).toBeGreaterThanOrEqual(3);
    const [first] = goneAfter;
    const { receipt } = await client.enrolment.getErasureReceipt({
      personId: first?.personId ?? "",
    });
    expect(receipt?.payload).toContain(first?.personId);
    expect(await client.audit.verifyAudit({})).toMatchObject({ intact: true });
    expect(await server.stop()).toBe(0);
  });

  it("with its own audit alone does not know of later erasures, and says so", async () => {
    const dataDir = join(root, "without-audit");
    const from = ["--from", backup, "--data-dir", dataDir, "--key-file", keyFile];
    const { code, out } = await restore(...from);
    expect(code).toBe(0);
    expect(out).toMatch(/Whoever was erased after \S+ is in this folder again\./);
    const server = await started(dataDir);
    const { client } = server;
    expect(await absentOf(client, [...kept, ...goneAfter])).toEqual([]);
    expect(await client.audit.verifyAudit({})).toMatchObject({ intact: true });
    expect(await server.stop()).toBe(0);
  });

  it("takes an export for the newest audit, when that is what is left", async () => {
    const dataDir = join(root, "with-export");
    const from = ["--from", backup, "--data-dir", dataDir, "--key-file", keyFile, "--json"];
    const { code, out } = await restore(...from, "--audit", join(root, "exported"));
    expect(code).toBe(0);
    const { auditHead, backup: about } = JSON.parse(out);
    expect(auditHead.seq).toBeGreaterThan(JSON.parse(manifestText()).audit.seq);
    expect(about.keyVersions).toEqual([1]);
  });

  it("goes into no folder that has anything in it", async () => {
    const from = ["--from", backup, "--key-file", keyFile, "--data-dir", join(root, "lost")];
    const { code, err } = await restore(...from);
    expect(code).toBe(1);
    expect(err).toMatch(/is not empty/);
  });
});

describe("a back-up that is no good", () => {
  const target = () => join(root, "never");
  const refused = async (folder: string, ...more: readonly string[]) => {
    const from = ["--from", folder, "--data-dir", target()];
    const run = await restore(...from, "--key-file", keyFile, ...more);
    expect(existsSync(target())).toBe(false);
    expect(run.code).toBe(1);
    return run.err;
  };

  it("is refused with a byte flipped in any of its files", async () => {
    const names = readdirSync(backup, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(names).toHaveLength(5);
    for (const file of names) {
      const content = readFileSync(file);
      for (const at of [0, content.length >> 1, content.length - 1]) {
        const flipped = Buffer.from(content);
        flipped[at] = (flipped[at] ?? 0) ^ 4;
        writeFileSync(file, flipped);
        expect(await refused(backup), `${file} at ${at}`).toMatch(/not as it was written|damaged/);
      }
      writeFileSync(file, content);
    }
  });

  it("is refused with a file missing, or cut short", async () => {
    const cut = join(root, "cut");
    for (const name of ["cordon.db", "signer.json", "manifest.json"]) {
      cpSync(backup, cut, { recursive: true });
      writeFileSync(join(cut, name), readFileSync(join(cut, name)).subarray(0, -1));
      expect(await refused(cut)).toMatch(/not as it was written|damaged/);
      rmSync(join(cut, name));
      expect(await refused(cut)).toMatch(/is missing/);
      rmSync(cut, { recursive: true });
    }
  });

  it("is refused with an audit that is older, or another server's", async () => {
    const older = join(root, "older");
    cpSync(join(root, "lost/audit"), older, { recursive: true });
    for (const name of readdirSync(older).filter((each) => each.endsWith(".jsonl"))) {
      const lines = readFileSync(join(older, name), "utf8").split("\n");
      writeFileSync(
        join(older, name),
        lines
          .slice(0, 20)
          .map((line) => `${line}\n`)
          .join(""),
      );
    }
    expect(await refused(backup, "--audit", older)).toMatch(/does not have record \d+/);
    const nothing = mkdtempSync(join(root, "nothing-"));
    expect(await refused(backup, "--audit", nothing)).toMatch(/There is no audit in/);
  });

  it("that is interrupted at any step leaves nothing", async () => {
    for (const step of ["copying", "checking the audit", "trying the keys"] as const) {
      const interrupt = new AbortController();
      const restoring = restoreBackup({
        ...{ from: backup, dataDir: target(), keyFile, auditDir: null, signal: interrupt.signal },
        transit: { address: "", mount: "", key: "", tokenFile: "" },
        onProgress: (progress) => {
          if (progress.step === step) interrupt.abort();
        },
      });
      await expect(restoring, step).rejects.toThrow(/Interrupted\. Nothing was restored/);
      expect(existsSync(target())).toBe(false);
    }
  });

  it("is refused with another server's key file, and with none", async () => {
    const other = join(root, "other-key.json");
    expect((await cordon(["keys", "init", "--key-file", other])).code).toBe(0);
    const from = ["--from", backup, "--data-dir", target()];
    const wrong = await restore(...from, "--key-file", other);
    expect(wrong.err).toMatch(/does not open this back-up/);
    const none = await restore(...from);
    expect(none.err).toMatch(/There is no key file[\s\S]*needs the one with key version 1/);
    expect([wrong.code, none.code, existsSync(target())]).toEqual([1, 1, false]);
  });
});
