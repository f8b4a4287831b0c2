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

  it("enrols a folder of people, and tells which pictures were refused and why", async () => {
    const EnrolPerson = enrolPerson([]);
    const args = ["enrol", "--dir", join(root, "people"), ...common, "--law", "L"];
    const run = await cordonWith({ EnrolPerson }, args);
    expect(run.code).toBe(1);
    expect(run.out).toBe("0 of 2 persons enrolled\n");
    expect(run.err).toMatch(/not enrolled: Ann\n.*2\.JPG: is blurred \[FACE_QUALITY_POOR\]/);
    const skipping = await cordonWith({ EnrolPerson }, [...args, "--skip-bad", "--json"]);
    expect(skipping.code).toBe(1);
    expect(JSON.parse(skipping.out)).toMatchObject({
      enrolled: [
        { name: "Ann", templates: 1, skipped: [{ file: expect.stringMatching("2.JPG") }] },
      ],
      refused: [{ name: "Bob" }],
    });
  });

  it("takes each folder's own consent, and lets the gate judge who has none", async () => {
    const requests: Request[] = [];
    const args = ["enrol", "--dir", join(root, "people"), ...common, "--skip-bad"];
    await cordonWith({ EnrolPerson: enrolPerson(requests) }, [
      ...args,
      "--consent-given",
      "2026-05-04",
    ]);
    const ann = requests.find(({ displayName }) => displayName === "Ann");
    const bob = requests.find(({ displayName }) => displayName === "Bob");
    expect(ann?.lawfulBasis.consent?.evidenceSha256).toHaveLength(32);
    expect(bob?.lawfulBasis.consent?.evidenceSha256).toHaveLength(0);
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

  it("lets a person's own file win over what is said for all", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-enrol-files-"));
    const person = (name: string, yaml: string) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "1.jpg"), "good");
      writeFileSync(join(folder, name, "consent.pdf"), name);
      writeFileSync(join(folder, name, "person.yaml"), yaml);
    };
    const consent = "consent: { given: 2026-05-04, notice: plaza, notice_version: 2 }";
    person("a", `display_name: 林小雨\nreference: A-1\nage_band: adult\n${consent}\n`);
    person("b", "birth_date: 1990-01-02\n");
    const requests: Request[] = [];
    const args = ["enrol", "--dir", folder, ...common, "--law", "L", "--age-band", "14-to-17"];
    const run = await cordonWith({ EnrolPerson: enrolPerson(requests) }, args);
    expect(run).toMatchObject({ code: 0, err: "" });
    const b = requests.find(({ displayName }) => displayName === "b");
    const a = requests.find((request) => request !== b);
    expect(a).toMatchObject({
      displayName: "林小雨",
      externalReference: "A-1",
      ageBand: "AGE_BAND_ADULT",
      lawfulBasis: { consent: { noticeId: "plaza", noticeVersion: 2 } },
    });
    expect(a?.lawfulBasis.consent?.evidenceSha256).toHaveLength(32);
    expect(b).toMatchObject({
      birthDate: "1990-01-02",
      lawfulBasis: { legalProvision: { citation: "L" } },
    });
    person("c", "birth_day: 1990-01-02\n");
    const wrong = await cordon(args);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.err).toMatch(/c\/person\.yaml:1 .* birth_day: is not a field of a person/);
    rmSync(folder, { recursive: true });
  });

  it("exits with 4 when the gate refuses, and tells a shared refusal once", async () => {
    const EnrolPerson = () => {
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "LAWFUL_BASIS_MISSING",
        message: "m",
        violations: [{ type: "LAWFUL_BASIS_MISSING", subject: "enrolment", description: "d" }],
      });
    };
    const args = ["enrol", "--dir", join(root, "people"), ...common, "--law", "L"];
    const run = await cordonWith({ EnrolPerson }, args);
    expect(run.code).toBe(4);
    expect(run.err.match(/LAWFUL_BASIS_MISSING/g)).toHaveLength(1);
    expect(run.err).toMatch(/not enrolled: Ann, Bob/);
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

  it("says what is wrong with a folder", async () => {
    const none = await cordon(["enrol", "--dir", join(root, "empty"), ...common, "--law", "L"]);
    expect(none.err).toMatch(/has no folders\. Put each person's pictures/);
    const file = await cordon(["enrol", "--dir", join(root, "nope"), ...common, "--law", "L"]);
    expect(file).toMatchObject({ code: 1, err: expect.stringMatching(/is not a folder/) });
  });
});
