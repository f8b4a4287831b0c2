import { appendFileSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeCrowd, makePeople, removePeople } from "./enrol-people.js";
import { enrolAt, type FakeServer, judge, refused, startFakeServer } from "./enrol-server.js";

const YEAR_MS = 365 * 24 * 3600 * 1000;

let server: FakeServer;
let refusing: string[];
let people: string;
let journal: string;

beforeEach(async () => {
  refusing = [];
  server = await startFakeServer((person, fake) =>
    refusing.includes(person.displayName)
      ? refused(person.requestId, "INVALID_ARGUMENT", "FACE_NOT_FOUND")
      : judge(person, fake),
  );
  people = makeCrowd(4);
  journal = join(people, ".cordon-enrol.jsonl");
});

afterEach(() => {
  vi.useRealTimers();
  server.stop();
  removePeople();
});

function enrol(...more: string[]) {
  const terms = ["--gallery", "g", "--law", "L", "--retain-days", "30"];
  return enrolAt(server, ["--dir", people, ...terms, ...more]);
}

function lines(): Record<string, unknown>[] {
  return readFileSync(journal, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Lets the clock, and nothing else, go on. */
function advance(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}

describe("the journal of cordon enrol --dir", () => {
  it("holds request ids, person ids and terms, no names, and only its owner may read it", async () => {
    refusing = ["p-02"];
    await enrol();
    expect(statSync(journal).mode & 0o777).toBe(0o600);
    const [header, ...entries] = lines();
    expect(header).toMatchObject({
      journal: "cordon enrol",
      terms: { "--gallery": "g", "--law": "L", "--retain-days": "30" },
    });
    expect(entries.map(({ outcome }) => outcome).sort()).toEqual([
      "enrolled",
      "enrolled",
      "enrolled",
      "refused",
    ]);
    expect(readFileSync(journal, "utf8").replaceAll("id-p-", "")).not.toMatch(/p-0/);
  });

  it("skips who is done, sends the rest, and says so", async () => {
    refusing = ["p-02"];
    expect((await enrol()).code).toBe(1);
    refusing = [];
    server.requests.length = 0;
    const run = await enrol();
    expect(run.code).toBe(0);
    expect(server.requests.map(({ displayName }) => displayName)).toEqual(["p-02"]);
    expect(run.err).toMatch(/3 of 4 persons were enrolled since .*; going on with the other 1\n$/);
    expect(run.out).toMatch(/\n4 of 4 persons enrolled \(3 of them before\)\n$/);
    const last = await enrol("--json");
    expect(last.err).toMatch(/nobody is left/);
    expect(JSON.parse(last.out).alreadyEnrolled).toHaveLength(4);
    expect(server.requests).toHaveLength(1);
  });

  it("keeps the deadline that was reckoned at the first run", async () => {
    refusing = ["p-02"];
    await enrol();
    advance(3_600_000);
    refusing = [];
    await enrol();
    const deadlines = server.requests.map((request) => request.retentionDeadline?.seconds);
    expect(new Set(deadlines).size).toBe(1);
  });

  it("is cut where a crash left half a line, and goes on", async () => {
    await enrol();
    const whole = readFileSync(journal, "utf8");
    writeFileSync(journal, whole.slice(0, -10));
    server.requests.length = 0;
    const run = await enrol();
    expect(run).toMatchObject({ code: 0 });
    expect(server.requests).toHaveLength(1);
    expect(lines()).toHaveLength(5);
  });

  it("is begun anew when not even its first line became whole", async () => {
    writeFileSync(journal, '{"journal":"cordon enr');
    expect(await enrol()).toMatchObject({ code: 0, err: "" });
    expect(lines()).toHaveLength(5);
  });

  it("is refused when a line of it is none", async () => {
    await enrol();
    appendFileSync(journal, "{}\n");
    const run = await enrol();
    expect(run).toMatchObject({ code: 1, err: expect.stringMatching(/jsonl:6: .*--restart/) });
    expect((await enrol("--restart")).code).toBe(0);
    expect(lines()).toHaveLength(5);
  });

  it("is refused for other terms, which it names, and --restart starts over", async () => {
    await enrol();
    const run = await enrol("--gallery", "h", "--channel", "paper");
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/was begun on other terms:\n {2}--channel was nothing, and is paper/);
    expect(run.err).toMatch(/--gallery was g, and is g, h now\n/);
    expect(server.requests).toHaveLength(4);
    expect((await enrol("--gallery", "h", "--channel", "paper", "--restart")).code).toBe(0);
    expect(server.requests).toHaveLength(8);
  });

  it("binds nobody to its terms while nobody is enrolled", async () => {
    refusing = ["p-00", "p-01", "p-02", "p-03"];
    expect((await enrol()).code).toBe(1);
    refusing = [];
    expect(await enrol("--channel", "paper")).toMatchObject({ code: 0, err: "" });
  });

  it("keeps its deadline over a restart on the same terms, so that all are enrolled already", async () => {
    await enrol();
    advance(3_600_000);
    const { out } = await enrol("--restart", "--json");
    expect(JSON.parse(out)).toMatchObject({ enrolled: [], alreadyEnrolled: { length: 4 } });
    const deadlines = server.requests.map((request) => request.retentionDeadline?.seconds);
    expect(new Set(deadlines).size).toBe(1);
  });

  it("is refused once its deadline is past", async () => {
    await enrol();
    advance(YEAR_MS);
    const run = await enrol();
    expect(run).toMatchObject({ code: 1, err: expect.stringMatching(/which is past.*--restart/) });
    expect((await enrol("--restart")).code).toBe(0);
  });

  it("is refused by a server that never had the persons in it", async () => {
    await enrol();
    server.enrolled.clear();
    const run = await enrol();
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/never had the person id-p-0\d, whom it would have enrolled/);
    expect((await enrol("--restart")).code).toBe(0);
    expect(server.enrolled.size).toBe(4);
  });

  it("lies elsewhere when asked, and never behind a link", async () => {
    const elsewhere = join(makePeople({}), "journal");
    expect((await enrol("--journal", elsewhere)).code).toBe(0);
    expect(readFileSync(elsewhere, "utf8")).toMatch(/cordon enrol/);
    symlinkSync(elsewhere, journal);
    const run = await enrol();
    expect(run).toMatchObject({
      code: 1,
      err: expect.stringMatching(/cannot be written \(ELOOP\)/),
    });
    const nowhere = await enrol("--journal", join(people, "no", "journal"));
    expect(nowhere.err).toMatch(/cannot be written \(ENOENT\)\. .*--journal FILE/);
  });

  it("gives a person the same id in whatever order the galleries are named", async () => {
    await enrol("--gallery", "h");
    const swapped = ["--dir", people, "--gallery", "h", "--gallery", "g"];
    const run = await enrolAt(server, [...swapped, "--law", "L", "--retain-days", "30"]);
    expect(run.err).toMatch(/nobody is left/);
    expect(server.requests[0]?.galleryIds).toEqual(["g", "h"]);
  });
});
