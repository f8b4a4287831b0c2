import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CordonError, invalidField } from "../../src/base/errors.js";
import { cordon, cordonWith } from "./harness.js";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-enrol-"));
  put("people/Ann/1.jpg", "good");
  put("people/Ann/2.JPG", "bad");
  put("people/Ann/notes.txt", "");
  put("people/Ann/consent.pdf", "signed");
  put("people/Ann/guardian-consent.jpg", "signed too");
  put("people/Bob/1.png", "bad");
  put("people/Bob/.hidden.jpg", "good");
  put("people/stray.jpg", "good");
  mkdirSync(join(root, "empty"));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

interface Request {
  requestId: string;
  displayName: string;
  sources: { image: Buffer }[];
  lawfulBasis: { legalProvision?: { citation: string }; consent?: { evidenceSha256: Buffer } };
  birthDate: string;
  ageBand: string;
}

/** Enrols good pictures and refuses bad ones, as the server does. */
function enrolPerson(requests: Request[]) {
  return (request: Request) => {
    requests.push(request);
    const bad = request.sources.findIndex(({ image }) => image.toString() === "bad");
    if (bad >= 0) throw invalidField(`sources[${bad}].image`, "is blurred", "FACE_QUALITY_POOR");
    return { personId: `id-${request.displayName}`, templates: request.sources.map(() => ({})) };
  };
}

const common = ["--gallery", "g", "--retain-days", "30"];

describe("cordon enrol", () => {
  it("enrols one person from files", async () => {
    const requests: Request[] = [];
    const files = [join(root, "people/Ann/1.jpg"), join(root, "people/stray.jpg")];
    const run = await cordonWith({ EnrolPerson: enrolPerson(requests) }, [
      "enrol",
      ...files,
      ...common,
      "--name",
      "Ann",
      "--law",
      "A Law, Art. 1",
    ]);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/Ann\s+2 {2}id-Ann\n1 of 1 persons enrolled/);
    expect(requests[0]).toMatchObject({
      galleryIds: ["g"],
      displayName: "Ann",
      // A match shows the reference to whoever asked: it is no name unless it was given as one.
      externalReference: "",
      lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    });
  });

  it("sends age, notice, channel and the guardian's consent", async () => {
    const requests: Request[] = [];
    const evidence = join(root, "people/Ann/consent.pdf");
    await cordonWith({ EnrolPerson: enrolPerson(requests) }, [
      ...["enrol", join(root, "people/stray.jpg"), ...common, "--birth-date", "2020-02-29"],
      ...["--consent", evidence, "--consent-given", "2026-05-04", "--channel", "paper"],
      ...["--notice", "plaza", "--notice-version", "3", "--purpose", "public-safety-admission"],
      ...["--guardian", "mother", "--guardian-consent", evidence, "--guardian-given", "2026-05-05"],
    ]);
    expect(requests[0]).toMatchObject({
      birthDate: "2020-02-29",
      purpose: "PURPOSE_PUBLIC_SAFETY_ADMISSION",
      lawfulBasis: {
        consent: {
          noticeId: "plaza",
          noticeVersion: 3,
          channel: "paper",
          guardian: { relation: "mother", givenAt: { seconds: 1_777_939_200 } },
        },
      },
    });
  });

  it("waits and tries again when the server is full", async () => {
    let calls = 0;
    const EnrolPerson = () => {
      calls += 1;
      if (calls < 3) {
        const full = { status: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL", message: "m" } as const;
        throw new CordonError({ ...full, retryAfterMs: 1 });
      }
      return { personId: "p", templates: [{}] };
    };
    const args = ["enrol", join(root, "people/stray.jpg"), ...common, "--law", "L"];
    expect((await cordonWith({ EnrolPerson }, args)).code).toBe(0);
    expect(calls).toBe(3);
  });

  it("gives each person a request id of its own, or the one that was named", async () => {
    const requests: Request[] = [];
    const args = ["enrol", join(root, "people/stray.jpg"), ...common, "--law", "L"];
    const named = ["--request-id", "mine-1"];
    for (const more of [[], [], named]) {
      await cordonWith({ EnrolPerson: enrolPerson(requests) }, [...args, ...more]);
    }
    const ids = requests.map(({ requestId }) => requestId);
    expect(ids[0]).toMatch(/^cli-[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(3);
    expect(ids[2]).toBe("mine-1");
  });

  it("says that a person was enrolled before, which is no failure", async () => {
    const EnrolPerson = () => ({ personId: "p", templates: [{}], alreadyEnrolled: true });
    const args = ["enrol", join(root, "people/stray.jpg"), ...common, "--law", "L"];
    const run = await cordonWith({ EnrolPerson }, args);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/ p\n1 of 1 persons enrolled \(1 of them before\)/);
    const { out } = await cordonWith({ EnrolPerson }, [...args, "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      enrolled: [],
      alreadyEnrolled: [{ personId: "p", templates: 1 }],
      review: [],
      refused: [],
    });
  });

  it("names who a likely duplicate may be, and what to type", async () => {
    const EnrolPerson = () => {
      throw new CordonError({
        status: "ALREADY_EXISTS",
        reason: "DUPLICATE_SUSPECTED",
        message: "This face looks like persons who are enrolled already.",
        metadata: { suspects: "p-1:0.83,p-2:0.71" },
      });
    };
    const args = ["enrol", join(root, "people/stray.jpg"), ...common, "--law", "L"];
    const run = await cordonWith({ EnrolPerson }, args);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/may be p-1, cosine 0\.83\n {2}may be p-2, cosine 0\.71\n/);
    expect(run.err).toMatch(/--link p-1\n/);
    expect(run.err).toMatch(/--distinct-from p-1 --distinct-from p-2 --because "/);
    const { out } = await cordonWith({ EnrolPerson }, [...args, "--json"]);
    expect(JSON.parse(out).refused[0]).toMatchObject({
      suspects: [
        { personId: "p-1", score: 0.83 },
        { personId: "p-2", score: 0.71 },
      ],
      error: { reason: "DUPLICATE_SUSPECTED" },
    });
  });

  it("sends what was decided about a likely duplicate", async () => {
    const requests: Request[] = [];
    const EnrolPerson = (request: Request) => {
      requests.push(request);
      return { personId: "p-1", templates: [{}], mergeId: "m-1" };
    };
    const args = ["enrol", join(root, "people/stray.jpg"), ...common, "--law", "L"];
    const linked = await cordonWith({ EnrolPerson }, [...args, "--link", "p-1"]);
    expect(linked.out).toMatch(/p-1, by the merge m-1/);
    const distinct = ["--distinct-from", "p-1", "--distinct-from", "p-2", "--because", "twins"];
    await cordonWith({ EnrolPerson }, [...args, ...distinct]);
    expect(requests[0]).toMatchObject({ linkToPersonId: "p-1" });
    expect(requests[0]).not.toHaveProperty("confirmDistinct");
    expect(requests[1]).toMatchObject({
      confirmDistinct: { personIds: ["p-1", "p-2"], reason: "twins" },
    });
    expect(requests[1]).not.toHaveProperty("linkToPersonId");
  });

  it("is exit 2 for decisions that do not go together, and options of a folder", async () => {
    const args = ["enrol", join(root, "people/stray.jpg"), ...common, "--law", "L"];
    const wrong = [
      ["--link", "p", "--distinct-from", "q", "--because", "r"],
      ["--distinct-from", "p"],
      ["--because", "r"],
      ["--link", "p q"],
      ["--report", "r.json"],
      ["--restart"],
      ["--progress"],
      ["--journal", "j"],
    ];
    for (const more of wrong) expect((await cordon([...args, ...more])).code).toBe(2);
  });
});
