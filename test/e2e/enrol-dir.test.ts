import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sitter, sitters } from "../../src/cli/demo/scene.js";
import { cordon as run } from "../cli/harness.js";
import {
  makeDataDir,
  makeLawful,
  photograph,
  removeDataDir,
  type ServerProcess,
  startServerProcess,
} from "./harness.js";
import { cropFace } from "./pictures.js";

const program = join(import.meta.dirname, "../../dist/src/cli/main.js");
const terms = ["--gallery", "watch", "--law", "Counter-Terrorism Law, Art. 50"];
const deadline = ["--retain-days", "30"];
/** Persons in each folder before something is killed. */
const ENOUGH = 3;

let root: string;
let server: ServerProcess;

beforeAll(async () => {
  root = makeDataDir();
  server = await startServerProcess(join(root, "data"));
  await makeLawful(server.client);
  await writePeople("first", sitters.slice(0, 8));
  await writePeople("second", sitters.slice(8));
});

afterAll(async () => {
  await server?.stop();
  removeDataDir(root);
});

/** A folder for each of them. @param margin how much there is around the face */
async function writePeople(dir: string, persons: readonly Sitter[], margin = 0): Promise<void> {
  for (const { name, photograph: from, box } of persons) {
    mkdirSync(join(root, dir, name), { recursive: true });
    const picture = await cropFace(photograph(from), box, margin);
    writeFileSync(join(root, dir, name, "1.png"), picture);
  }
}

/** Runs one command line in this process. */
function cordon(...args: string[]) {
  return run(args, { CORDON_ADDRESS: server.grpcAddress });
}

function enrolDir(dir: string, ...more: string[]) {
  return ["enrol", "--dir", join(root, dir), ...terms, ...deadline, ...more];
}

/** Runs it in a process of its own, one person at a time, until some are done. */
async function enrolUntilSome(dir: string): Promise<{ child: ChildProcess; stderr: () => string }> {
  const env = { ...process.env, CORDON_ADDRESS: server.grpcAddress };
  const args = [program, ...enrolDir(dir, "--concurrency", "1")];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const journal = join(root, dir, ".cordon-enrol.jsonl");
  while (!existsSync(journal) || linesOf(journal) <= ENOUGH) {
    if (child.exitCode !== null) throw new Error(`it ended before: ${stderr}`);
    await setTimeout(2);
  }
  return { child, stderr: () => stderr };
}

function linesOf(file: string): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}

async function personsInWatch() {
  const { gallery } = await server.client.gallery.getGallery({ galleryId: "watch" });
  const { personCount } = await server.client.server.getServerInfo({});
  return { personCount, inGallery: gallery?.personCount, templates: gallery?.templateCount };
}

/** Each test goes on where the one before it ended. */
describe("cordon enrol --dir, against a real server", () => {
  it("goes on after it was killed, and has everybody once", async () => {
    const { child } = await enrolUntilSome("first");
    child.kill("SIGKILL");
    const [, signal] = await once(child, "exit");
    expect(signal).toBe("SIGKILL");
    const { code, out, err } = await cordon(...enrolDir("first", "--json"));
    expect(code).toBe(0);
    expect(err).toMatch(/ of 8 persons were enrolled since .*going on with the other/);
    const { enrolled, alreadyEnrolled } = JSON.parse(out);
    expect(alreadyEnrolled.length).toBeGreaterThanOrEqual(ENOUGH);
    const ids = [...enrolled, ...alreadyEnrolled].map(({ personId }) => personId);
    expect(new Set(ids).size).toBe(8);
    expect(await personsInWatch()).toEqual({ personCount: 8, inGallery: 8, templates: 8 });
  });

  it("goes on by itself when the server is killed and comes back", async () => {
    const { child, stderr } = await enrolUntilSome("second");
    const exited = once(child, "exit");
    await server.stop("SIGKILL");
    const [, port = ""] = server.grpcAddress.split(":");
    server = await startServerProcess(server.dataDir, { CORDON_PORT: port });
    expect((await exited)[0]).toBe(0);
    expect(stderr()).toMatch(/^The connection broke/);
    expect(await personsInWatch()).toEqual({ personCount: 16, inGallery: 16, templates: 16 });
    expect((await server.client.audit.verifyAudit({})).intact).toBe(true);
  });

  it("finds everybody enrolled without its journal, too", async () => {
    const [journal, second] = [join(root, "other.jsonl"), enrolDir("second")];
    const { retainUntil } = JSON.parse(
      readFileSync(join(root, "second/.cordon-enrol.jsonl"), "utf8").split("\n")[0] ?? "",
    );
    const same = [...second.slice(0, -2), "--retain-until", retainUntil, "--journal", journal];
    const again = JSON.parse((await cordon(...same, "--json")).out);
    expect(again).toMatchObject({ enrolled: [], alreadyEnrolled: { length: 8 }, refused: [] });
    const other = await cordon(...second, "--journal", join(root, "third.jsonl"));
    expect(other.code).toBe(1);
    expect(other.err).toMatch(/REQUEST_ID_REUSED[\s\S]*Enrolled before under other terms/);
  });

  it("puts a likely duplicate into the review list, and enrols whom it was decided to be", async () => {
    const [alike] = sitters.slice(0, 1) as [Sitter];
    await writePeople("twins", [{ ...alike, name: "Twin" }], 0.3);
    const report = join(root, "report.json");
    const enrol = enrolDir("twins", "--report", report);
    const { code, err } = await cordon(...enrol);
    expect(code).toBe(1);
    expect(err).toMatch(/to review: Twin\n {2}may be [0-9a-f-]{36} \(cosine [01]\.\d\d\)/);
    const [row] = JSON.parse(readFileSync(report, "utf8"));
    expect(row).toMatchObject({ folder: "Twin", outcome: "review", suspects: { length: 1 } });
    const { reviews } = JSON.parse((await cordon("review", "list", "--json")).out);
    expect(reviews).toMatchObject([
      { reviewId: row.reviewId, requestId: expect.stringMatching(/^dir-[0-9a-f]{32}$/) },
    ]);
    const why = ["--reason", "Twins, both were here"];
    expect((await cordon("review", "resolve", row.reviewId, "--distinct", ...why)).code).toBe(0);
    expect((await cordon(...enrol)).out).toMatch(/1 of 1 persons enrolled\n$/);
    expect((await personsInWatch()).personCount).toBe(17);
    expect((await cordon("review", "list")).out).toMatch(/there are none/);
  });

  it("links one person from files to whom they are, as the refusal says", async () => {
    const [, alike] = sitters.slice(0, 2) as [Sitter, Sitter];
    const picture = join(root, "again.png");
    writeFileSync(picture, await cropFace(photograph(alike.photograph), alike.box, 0.3));
    const enrol = ["enrol", picture, ...terms, ...deadline];
    const suspected = await cordon(...enrol);
    expect(suspected.code).toBe(1);
    const link = /--link ([0-9a-f-]{36})/.exec(suspected.err)?.[1] ?? "";
    const linked = JSON.parse((await cordon(...enrol, "--link", link, "--json")).out);
    expect(linked.enrolled[0]).toMatchObject({ personId: link, mergeId: expect.any(String) });
    expect(await personsInWatch()).toEqual({ personCount: 17, inGallery: 17, templates: 18 });
  });
});
