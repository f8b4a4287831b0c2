import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { runCli } from "../../src/cli/program.js";
import { makeCrowd, makePeople, removePeople } from "./enrol-people.js";
import { enrolAt, type FakeServer, judge, refused, startFakeServer } from "./enrol-server.js";
import { cordon, fakeSession } from "./harness.js";

let server: FakeServer | null = null;

afterEach(() => {
  server?.stop();
  server = null;
  removePeople();
});

async function serve(...args: Parameters<typeof startFakeServer>): Promise<FakeServer> {
  server = await startFakeServer(...args);
  return server;
}

const common = ["--gallery", "g", "--retain-days", "30"];
const law = ["--law", "L"];
const family = {
  "Ann/1.jpg": "good",
  "Ann/2.JPG": "bad",
  "Ann/notes.txt": "",
  "Ann/consent.pdf": "signed",
  "Ann/guardian-consent.jpg": "signed too",
  "Bob/1.png": "bad",
  "Bob/.hidden.jpg": "good",
  "stray.jpg": "good",
};

describe("cordon enrol --dir", () => {
  it("tells which pictures were refused and why, and leaves them out when asked", async () => {
    const at = await serve();
    const args = ["--dir", makePeople(family), ...common, ...law];
    const run = await enrolAt(at, args);
    expect(run.code).toBe(1);
    expect(run.out).toBe("0 of 2 persons enrolled\n");
    expect(run.err).toMatch(/not enrolled: Ann\n.*2\.JPG: is blurred \[FACE_QUALITY_POOR\]/);
    const skipping = await enrolAt(at, [...args, "--skip-bad", "--json"]);
    expect(skipping.code).toBe(1);
    expect(JSON.parse(skipping.out)).toMatchObject({
      enrolled: [
        { name: "Ann", templates: 1, skipped: [{ file: expect.stringMatching("2.JPG") }] },
      ],
      refused: [{ name: "Bob" }],
    });
    const ann = at.requests.filter(({ displayName }) => displayName === "Ann");
    expect(ann.length).toBe(3);
    expect(new Set(ann.map(({ requestId }) => requestId)).size).toBe(1);
  });

  it("sends all over one stream, with ids that do not contain the names", async () => {
    const at = await serve();
    const run = await enrolAt(at, ["--dir", makeCrowd(40), ...common, ...law]);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(at.streams()).toBe(1);
    expect(at.enrolled.size).toBe(40);
    for (const id of at.enrolled.keys()) expect(id).toMatch(/^dir-[0-9a-f]{32}$/);
  });

  it("has no more persons under way than asked", async () => {
    let underWay = 0;
    let most = 0;
    const at = await serve(async (person, fake) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return judge(person, fake);
    });
    const args = ["--dir", makeCrowd(12), ...common, ...law, "--concurrency", "3"];
    expect((await enrolAt(at, args)).code).toBe(0);
    expect(most).toBe(3);
  });

  it("takes each folder's own consent, and lets the gate judge who has none", async () => {
    const at = await serve();
    const args = ["--dir", makePeople(family), ...common, "--consent-given", "2026-05-04"];
    await enrolAt(at, args);
    const ann = at.requests.find(({ displayName }) => displayName === "Ann");
    const bob = at.requests.find(({ displayName }) => displayName === "Bob");
    expect(ann?.lawfulBasis?.consent?.evidenceSha256).toHaveLength(32);
    expect(bob?.lawfulBasis?.consent?.evidenceSha256).toHaveLength(0);
  });

  it("lets a person's own file win over what is said for all", async () => {
    const at = await serve();
    const consent = "consent: { given: 2026-05-04, notice: plaza, notice_version: 2 }";
    const people = makePeople({
      "a/1.jpg": "good",
      "a/consent.pdf": "a",
      "a/person.yaml": `display_name: 林小雨\nreference: A-1\nage_band: adult\n${consent}\n`,
      "b/1.jpg": "good",
      "b/consent.pdf": "b",
      "b/person.yaml": "birth_date: 1990-01-02\n",
    });
    const args = ["--dir", people, ...common, ...law, "--age-band", "14-to-17"];
    expect(await enrolAt(at, args)).toMatchObject({ code: 0, err: "" });
    const b = at.requests.find(({ displayName }) => displayName === "b");
    const a = at.requests.find((request) => request !== b);
    expect(a).toMatchObject({
      displayName: "林小雨",
      externalReference: "A-1",
      ageBand: "AGE_BAND_ADULT",
      lawfulBasis: { consent: { noticeId: "plaza", noticeVersion: 2 } },
    });
    expect(a?.lawfulBasis?.consent?.evidenceSha256).toHaveLength(32);
    expect(b).toMatchObject({
      birthDate: "1990-01-02",
      lawfulBasis: { legalProvision: { citation: "L" } },
    });
    writeFileSync(join(people, "b", "person.yaml"), "birth_day: 1990-01-02\n");
    const wrong = await enrolAt(at, args);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.err).toMatch(/b\/person\.yaml:1 .* birth_day: is not a field of a person/);
  });

  it("exits with 4 when the gate refuses, and tells a shared refusal once", async () => {
    const violation = { reason: "LAWFUL_BASIS_MISSING", subject: "enrolment", description: "d" };
    const at = await serve(({ requestId }) =>
      refused(requestId, "FAILED_PRECONDITION", "LAWFUL_BASIS_MISSING", {
        violations: [violation],
      }),
    );
    const run = await enrolAt(at, ["--dir", makePeople(family), ...common, ...law]);
    expect(run.code).toBe(4);
    expect(run.err.match(/LAWFUL_BASIS_MISSING/g)).toHaveLength(1);
    expect(run.err).toMatch(/not enrolled: Ann, Bob/);
  });

  it("puts likely duplicates aside, and says who they may be and what to do", async () => {
    const suspects = [{ personId: "p-1", score: 0.83 }];
    const at = await serve((person, fake) =>
      person.displayName === "p-01"
        ? refused(person.requestId, "ALREADY_EXISTS", "DUPLICATE_SUSPECTED", {
            suspects,
            reviewId: "r-1",
          })
        : judge(person, fake),
    );
    const args = ["--dir", makeCrowd(3), ...common, ...law];
    const run = await enrolAt(at, args);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/\n2 of 3 persons enrolled, 1 to review\n$/);
    expect(run.err).toMatch(/to review: p-01\n {2}may be p-1 \(cosine 0\.83\)\n {2}review r-1\n/);
    expect(run.err).toMatch(/cordon review resolve REVIEW[\s\S]*run this command again/);
    const again = JSON.parse((await enrolAt(at, [...args, "--json"])).out);
    expect(again.review).toEqual([{ name: "p-01", reviewId: "r-1", suspects }]);
    expect(again.alreadyEnrolled).toHaveLength(2);
  });

  it("tells those who were enrolled under other terms, or erased since", async () => {
    const reasons = ["REQUEST_ID_REUSED", "PERSON_ERASED"];
    const at = await serve(({ requestId }, { requests }) =>
      refused(requestId, "ALREADY_EXISTS", reasons[requests.length - 1] ?? ""),
    );
    const run = await enrolAt(at, ["--dir", makeCrowd(2), ...common, ...law]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/Enrolled before under other terms/);
    expect(run.err).toMatch(/Erased since, so not enrolled again/);
  });

  it("refuses a person whose pictures are too large for one message, and goes on", async () => {
    const at = await serve(judge, 64 * 1024);
    const people = makePeople({ "a/1.jpg": "x".repeat(60 * 1024), "b/1.jpg": "good" });
    const run = await enrolAt(at, ["--dir", people, ...common, ...law]);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/1 of 2 persons enrolled/);
    expect(run.err).toMatch(/not enrolled: a\n.*have 0\.1 MiB together/);
    expect(at.requests).toHaveLength(1);
  });

  it("waits and tries again when the server is full", async () => {
    let full = 3;
    const at = await serve((person, fake) => {
      full -= 1;
      if (full < 0) return judge(person, fake);
      return refused(person.requestId, "RESOURCE_EXHAUSTED", "QUEUE_FULL", { retryAfterMs: 1 });
    });
    expect((await enrolAt(at, ["--dir", makeCrowd(2), ...common, ...law])).code).toBe(0);
    expect(at.requests).toHaveLength(5);
    expect(at.streams()).toBe(1);
  });

  it("stops when the server stays full, and says how it goes on", async () => {
    const at = await serve(({ requestId }) =>
      refused(requestId, "UNAVAILABLE", "STORAGE_FAILED", { retryAfterMs: 1 }),
    );
    const args = ["--dir", makeCrowd(3), ...common, ...law, "--concurrency", "1"];
    const run = await enrolAt(at, args);
    expect(run.code).toBe(1);
    expect(at.requests).toHaveLength(9);
    expect(run.out).toMatch(/0 of 3 persons enrolled, 3 not answered/);
    expect(run.err).toMatch(/STORAGE_FAILED[\s\S]*Run the same command again/);
  });

  it("opens another stream when one breaks, and sends again whoever was under way", async () => {
    const broken = new CordonError({ status: "UNAVAILABLE", reason: "X", message: "gone" });
    const at = await serve((person, fake) =>
      fake.requests.length === 5 ? broken : judge(person, fake),
    );
    const run = await enrolAt(at, ["--dir", makeCrowd(10), ...common, ...law]);
    expect(run.code).toBe(0);
    expect(at.streams()).toBe(2);
    expect(at.enrolled.size).toBe(10);
    expect(run.err).toBe("The connection broke (gone). Trying again for a while.\n");
  });

  it("stops at once when the caller may not enrol", async () => {
    const denied = { status: "PERMISSION_DENIED", reason: "ROLE_NOT_ALLOWED" } as const;
    const at = await serve(() => new CordonError({ ...denied, message: "The role may not." }));
    const args = ["--dir", makeCrowd(9), ...common, ...law, "--concurrency", "2"];
    const run = await enrolAt(at, [...args, "--json"]);
    expect(run.code).toBe(1);
    expect(at.streams()).toBe(1);
    expect(JSON.parse(run.out)).toMatchObject({
      enrolled: [],
      unanswered: { length: 9 },
      error: { reason: "ROLE_NOT_ALLOWED" },
    });
  });

  it("tells what is done, and how it goes on, when it is interrupted", async () => {
    const interrupt = new AbortController();
    const at = await serve((person, fake) => {
      if (fake.requests.length < 3) return judge(person, fake);
      interrupt.abort();
      return "nothing";
    });
    const people = makeCrowd(5);
    const args = ["--dir", people, ...common, ...law, "--concurrency", "1"];
    const { session, read } = fakeSession({ CORDON_ADDRESS: at.address });
    const stoppable = { ...session, signal: interrupt.signal };
    const report = join(people, "report.json");
    expect(await runCli(["enrol", ...args, "--report", report], stoppable, "0.0.0")).toBe(130);
    expect(read().out).toMatch(/2 of 5 persons enrolled, 3 not answered\n$/);
    expect(read().err).toMatch(/You stopped it\.[\s\S]*Run the same command again/);
    const outcomes = JSON.parse(readFileSync(report, "utf8")).map(
      ({ outcome }: { outcome: string }) => outcome,
    );
    expect(outcomes.sort()).toEqual(["enrolled", "enrolled", ...Array(3).fill("unanswered")]);
  });

  it("names a gallery that there is not before anybody is sent", async () => {
    const at = await serve();
    const args = ["--dir", makeCrowd(2), "--gallery", "nowhere", "--retain-days", "30", ...law];
    const run = await enrolAt(at, args);
    expect(run).toMatchObject({ code: 1, err: expect.stringMatching(/no gallery "nowhere"/) });
    expect(at.requests).toHaveLength(0);
  });

  it("writes a report, mode 0600, and replaces an older one", async () => {
    const at = await serve();
    const people = makePeople(family);
    const report = join(people, "report.json");
    const args = ["--dir", people, ...common, ...law, "--report", report];
    await enrolAt(at, args);
    await enrolAt(at, [...args, "--skip-bad"]);
    expect(statSync(report).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject([
      { folder: "Ann", outcome: "enrolled", personId: "id-Ann", templates: 1 },
      { folder: "Bob", outcome: "refused", reason: "FACE_QUALITY_POOR" },
    ]);
    const bad = await enrolAt(at, [...args.slice(0, -1), join(people, "no/report.csv")]);
    expect(bad.err).toMatch(/the report cannot be written \(ENOENT\)/);
    expect((await enrolAt(at, [...args.slice(0, -1), "report.txt"])).code).toBe(2);
  });

  it("says what is wrong with a folder", async () => {
    const none = await cordon(["enrol", "--dir", makePeople({}), ...common, ...law]);
    expect(none.err).toMatch(/has no folders\. Put each person's pictures/);
    const file = await cordon(["enrol", "--dir", "/nope", ...common, ...law]);
    expect(file).toMatchObject({ code: 1, err: expect.stringMatching(/is not a folder/) });
  });

  it("is exit 2 for options that are about one person", async () => {
    const args = ["enrol", "--dir", makeCrowd(1), ...common, ...law];
    const wrong = [
      ["--name", "n"],
      ["--birth-date", "2000-01-01"],
      ["--link", "p"],
      ["--distinct-from", "p", "--because", "r"],
      ["--request-id", "r"],
    ];
    for (const more of wrong) expect((await cordon([...args, ...more])).code).toBe(2);
  });
});
