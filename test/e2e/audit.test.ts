import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon as run } from "../cli/harness.js";
import { drawUnitVector } from "../drawn.js";
import {
  lawfulQuery,
  makeLawful,
  type ServerProcess,
  startServerProcess,
  timestamp,
  YEAR_MS,
} from "./harness.js";
import { type Enrolled, enrolCrowd, modelPackOf } from "./people.js";

let root = "";
let server: ServerProcess;
let persons: readonly Enrolled[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "cordon-audit-"));
  server = await startServerProcess(join(root, "data"), {
    CORDON_AUDIT_CHECKPOINT_RECORDS: "10",
  });
  const { client } = server;
  await makeLawful(client);
  const modelPack = await modelPackOf(client);
  persons = await enrolCrowd(client, modelPack, 12);
  const query = (values: readonly number[], zoneId = "plaza") =>
    client.identification.identify({
      ...lawfulQuery,
      zoneId,
      embedding: { modelPack, values: [...values] },
    });
  for (const { vector } of persons.slice(0, 3)) await query(vector);
  await query(drawUnitVector(160));
  await query(drawUnitVector(160), "nowhere").catch(() => null);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  rmSync(root, { recursive: true, force: true });
});

function cordon(...args: readonly string[]) {
  return run(args, { CORDON_ADDRESS: server.grpcAddress });
}

async function ok(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await cordon(...args);
  if (code !== 0) throw new Error(`cordon ${args.join(" ")}: exit ${code}\n${err}${out}`);
  return out;
}

async function records(...args: readonly string[]) {
  const { records: found } = JSON.parse(await ok("audit", "list", "--json", ...args)) as {
    records: { seq: number; time: string; act: string; details: Record<string, unknown> }[];
  };
  return found;
}

const idOf = (at: number) => persons[at]?.personId ?? "";

describe("cordon audit list", () => {
  it("finds records by act, zone, camera, person, actor, reason and time", async () => {
    expect(await records("--act", "enrol")).toHaveLength(12);
    expect((await records("--act", "zone.")).map(({ act }) => act)).toEqual([
      "zone.create",
      "zone.register",
      "zone.activate",
    ]);
    expect(await records("--zone", "plaza", "--act", "identify")).toHaveLength(4);
    expect(await records("--camera", "gate-1", "--zone", "nowhere")).toHaveLength(1);
    const named = await records("--person", idOf(0), "--act", "identify");
    expect(named).toHaveLength(1);
    expect(JSON.stringify(named[0]?.details)).toContain(idOf(0));
    expect(await records("--actor", "nobody")).toEqual([]);
    expect(await records("--reason", "zone-not-registered")).toHaveLength(1);
    const all = await records("--actor", "local");
    const middle = all[Math.floor(all.length / 2)]?.time ?? "";
    const early = await records("--actor", "local", "--until", middle);
    expect(early.every(({ time }) => time < middle)).toBe(true);
    const late = await records("--act", "enrol", "--from", middle);
    expect(late.every(({ time }) => time >= middle)).toBe(true);
  });

  it("shows what each record is about in a line, and at most as many as asked for", async () => {
    const table = await ok("audit", "list", "--act", "identify", "--person", idOf(1));
    expect(table).toMatch(new RegExp(`identify +local +.*zone plaza.*MATCH ${idOf(1)} 1`));
    const { out, err } = await cordon("audit", "list", "--act", "enrol", "--limit", "5");
    expect(out.trim().split("\n")).toHaveLength(6);
    expect(err).toMatch(/There are more than 5/);
  });
});

describe("cordon audit export", () => {
  it("writes the lines as they stand in the log, with their number and SHA-256", async () => {
    const file = join(root, "enrolments.jsonl");
    await ok("audit", "export", "--out", file, "--act", "enrol");
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(12);
    const log = logFiles()
      .map((name) => readFileSync(name, "utf8"))
      .join("");
    for (const line of lines) {
      expect(log).toContain(`${line}\n`);
      const { hash } = JSON.parse(line) as { hash: string };
      const content = line.slice(line.indexOf('"record":') + 9, -1);
      expect(createHash("sha256").update(content).digest("hex")).toBe(hash);
    }
    const manifest = JSON.parse(readFileSync(join(root, "enrolments.manifest.json"), "utf8"));
    const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
    expect(manifest).toMatchObject({ filter: { act: "enrol" }, records: 12, sha256 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await cordon("audit", "export", "--out", file);
    expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/is there already/) });
  });

  it("of everything is a log that can be checked with its own head", async () => {
    const folder = join(root, "whole");
    await ok("audit", "export", "--out", folder);
    const head = join(folder, "head.json");
    const out = await ok("audit", "verify", "--dir", folder, "--head", head);
    expect(out).toMatch(/^intact\nrecords +\d+, 1 to \d+[\s\S]*its record is there, unaltered/);
    expect(readdirSync(root).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});

function logFiles(folder = join(root, "data/audit")): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .map((name) => join(folder, name));
}

/** A copy of the log, to be tampered with. */
function copyOfLog(name: string): { folder: string; file: string } {
  const folder = join(root, name);
  cpSync(join(root, "data/audit"), folder, { recursive: true });
  return { folder, file: logFiles(folder)[0] ?? "" };
}

describe("cordon audit verify", () => {
  it("has the server check its own audit", async () => {
    expect(await ok("audit", "verify")).toMatch(/^intact\nrecords +\d+, 1 to \d+\nsignatures +\d/);
    expect(JSON.parse(await ok("audit", "verify", "--json"))).toMatchObject({ intact: true });
  });

  it("names the record, the file, the line and the byte that was altered, and exits with 1", async () => {
    const { folder, file } = copyOfLog("altered");
    const lines = readFileSync(file, "utf8").split("\n");
    const before = Buffer.byteLength(`${lines.slice(0, 20).join("\n")}\n`);
    lines[20] = lines[20]?.replace('"role":"administrator"', '"role":"administratox"') ?? "";
    writeFileSync(file, lines.join("\n"));
    const { code, out } = await cordon("audit", "verify", "--dir", folder);
    expect(code).toBe(1);
    expect(out).toMatch(
      new RegExp(`^broken at record 21, audit-0+1.jsonl, line 21, byte ${before}: `),
    );
    const json = await cordon("audit", "verify", "--dir", folder, "--json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ intact: false, broken: { seq: 21, line: 21 } });
  });

  it("sees by a head that was kept elsewhere that the end was cut off", async () => {
    const [head, key] = [join(root, "head.json"), join(root, "cordon.pem")];
    await ok("audit", "head", "--out", head, "--public-key-out", key);
    const { folder, file } = copyOfLog("cut");
    const verify = () =>
      cordon("audit", "verify", "--dir", folder, "--head", head, "--public-key", key);
    expect(await verify()).toMatchObject({ code: 0, out: expect.stringMatching(/unaltered/) });
    const whole = readFileSync(file);
    truncateSync(file, whole.lastIndexOf("\n", whole.length - 2) + 1);
    // The chain alone looks intact.
    expect(await cordon("audit", "verify", "--dir", folder)).toMatchObject({ code: 0 });
    expect(await verify()).toMatchObject({ code: 1, out: expect.stringMatching(/is missing/) });
    // Nor does a head count that was altered, or another key.
    writeFileSync(head, readFileSync(head, "utf8").replace(/seq\\":\d/, 'seq\\":9'));
    const forged = await verify();
    expect(forged).toMatchObject({ code: 1, err: expect.stringMatching(/signature is not good/) });
  });

  it("finds a torn end, which was never acknowledged, no fault", async () => {
    const { folder, file } = copyOfLog("torn");
    appendFileSync(file, '{"hash":"00');
    const out = await ok("audit", "verify", "--dir", folder);
    expect(out).toMatch(/11 bytes of a record that was never acknowledged/);
  });

  it("says when there is no audit, and when options do not go together", async () => {
    const none = await cordon("audit", "verify", "--dir", root);
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/There is no audit in/) });
    expect((await cordon("audit", "verify", "--head", "x")).code).toBe(2);
  });
});

describe("a person's rights", () => {
  it("are served by a report of everything held, and every record that names them", async () => {
    const out = await ok("person", "report", idOf(2));
    expect(out).toMatch(/^held\n {2}person id +\S+\n {2}enrolments\n {4}1\n/);
    expect(out).toMatch(/lawful basis\n.*\n? *.*Counter-Terrorism Law, Art\. 50/);
    expect(out).toMatch(/records that name them, oldest first\n.*enrol by local/);
    expect(out).toMatch(/identify by local .*zone plaza/);
    const file = join(root, "report.json");
    await ok("person", "report", idOf(2), "--json", "--out", file);
    const report = JSON.parse(readFileSync(file, "utf8"));
    expect(report.held).toMatchObject({ personId: idOf(2), enrolments: [{}] });
    const acts = report.records.map(({ act }: { act: string }) => act);
    expect(acts.slice(0, 2)).toEqual(["enrol", "identify"]);
    const nobody = await cordon("person", "report", "nobody", "--json");
    expect(nobody.code).toBe(1);
    expect(JSON.parse(nobody.out)).toMatchObject({ error: { status: "NOT_FOUND" } });
  });

  it("are served by an erasure with a receipt that anybody can check", async () => {
    const [receipt, key] = [join(root, "receipt.json"), join(root, "key.pem")];
    await ok("audit", "head", "--public-key-out", key);
    const erase = ["person", "erase", idOf(3), "--yes", "--reason", "asked for it"];
    const taken = await cordon(...erase, "--receipt", key);
    expect(taken).toMatchObject({ code: 1, err: expect.stringMatching(/is there already/) });
    expect((await cordon("person", "show", idOf(3))).code).toBe(0);
    expect(await ok(...erase, "--receipt", receipt)).toMatch(/is erased, with 1 template\n/);
    const verify = (...args: readonly string[]) =>
      cordon("audit", "verify-receipt", receipt, ...args);
    const trusted = await verify("--public-key", key);
    expect(trusted).toMatchObject({ code: 0, out: expect.stringMatching(/^good\n/) });
    expect(trusted.out).toContain(idOf(3));
    expect((await verify("--dir", join(root, "data"))).out).toMatch(/^good\n/);
    const unproven = await verify();
    expect(unproven.code).toBe(6);
    expect(unproven.out).toMatch(
      /^unaltered, but by whom\?\n(.*\n)+By itself this proves nothing\./,
    );
    expect(JSON.parse((await verify("--json")).out)).toMatchObject({ good: false, trusted: false });
    writeFileSync(receipt, readFileSync(receipt, "utf8").replace("ERASURE", "ERASURF"));
    expect((await verify("--public-key", key)).code).toBe(1);
    const later = join(root, "later.json");
    await ok("person", "receipt", idOf(3), "--out", later);
    expect((await cordon("audit", "verify-receipt", later, "--public-key", key)).code).toBe(0);
    expect(await ok("person", "report", idOf(3))).toMatch(/erasure\n/);
    expect(existsSync(`${receipt}.partial`)).toBe(false);
  });

  it("are served by a withdrawal, which is on record as what it is", async () => {
    // Who was enrolled by a law has given no consent.
    const refused = await cordon("person", "withdraw", idOf(4), "--yes");
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toMatch(/there is none to withdraw/);
    const personId = await enrolOnConsent();
    await ok("person", "withdraw", personId, "--yes", "--channel", "letter");
    const [last] = await records("--person", personId, "--act", "erase");
    expect(last?.details).toMatchObject({ cause: "CONSENT_WITHDRAWN", channel: "letter" });
    expect((await cordon("person", "show", personId)).code).toBe(1);
  });

  it("reach both enrolments of one person that were merged", async () => {
    const merge = await ok("person", "merge", idOf(5), idOf(6), "--reason", "Same passport");
    const mergeId = /unmerge (\S+)/.exec(merge)?.[1] ?? "";
    expect(await ok("person", "show", idOf(5))).toMatch(new RegExp(`also enrolled as +${idOf(6)}`));
    expect(await ok("person", "report", idOf(5))).toMatch(/ {4}2\n/);
    expect(await ok("person", "merges", "--person", idOf(6))).toContain("Same passport");
    expect(await ok("person", "unmerge", mergeId)).toMatch(/are two persons again/);
    expect(await ok("person", "show", idOf(6))).toContain(idOf(6));
  });
});

async function enrolOnConsent(): Promise<string> {
  const { client } = server;
  const consent = {
    givenAt: timestamp(Date.now()),
    evidenceSha256: Buffer.alloc(32, 5),
    noticeId: "plaza-notice",
    noticeVersion: 1,
    channel: "paper form",
  };
  const modelPack = await modelPackOf(client);
  const { personId } = await client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    lawfulBasis: { consent },
    ageBand: "AGE_BAND_ADULT",
    retentionDeadline: timestamp(Date.now() + YEAR_MS),
    sources: [{ embedding: { modelPack, values: drawUnitVector(160) } }],
  });
  return personId;
}
