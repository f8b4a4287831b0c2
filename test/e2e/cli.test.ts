import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photographFolder, sitters } from "../../src/cli/demo/scene.js";
import { type ServerProcess, startServerProcess } from "../../src/cli/demo/server-process.js";
import { cropImage } from "../../src/vision/crop.js";
import { cordon as run } from "../cli/harness.js";

const program = join(import.meta.dirname, "../../dist/src/cli/main.js");
const photographs = photographFolder();
const frame = join(photographs, "sample1.jpg");
const query = ["--zone", "gate-4", "--camera", "cam-7", "--gallery", "banned"];

let root: string;
let server: ServerProcess;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "cordon-e2e-cli-"));
  server = await startServerProcess(join(root, "data"), process.env, AbortSignal.timeout(60_000));
  await writePeople();
});

afterAll(async () => {
  expect(await server?.stop()).toBe(0);
  rmSync(root, { recursive: true, force: true });
});

/** A folder for each person of sample3, and one without a face. */
async function writePeople(): Promise<void> {
  for (const { name, photograph, box } of sitters) {
    if (photograph !== "sample3.jpg") continue;
    mkdirSync(join(root, "people", name), { recursive: true });
    const picture = await cropImage(readFileSync(join(photographs, photograph)), box);
    writeFileSync(join(root, "people", name, "1.jpg"), picture);
  }
  mkdirSync(join(root, "people", "Nobody"));
  const corner = { x: 0, y: 0, width: 200, height: 200 };
  writeFileSync(
    join(root, "people", "Nobody", "1.jpg"),
    await cropImage(readFileSync(frame), corner),
  );
}

/** Runs one command line in this process, as `cordon` itself does. */
function cordon(...args: string[]) {
  return run(args, { CORDON_ADDRESS: server.grpcAddress });
}

async function ok(...args: string[]): Promise<string> {
  const { code, out, err } = await cordon(...args);
  if (code !== 0) throw new Error(`cordon ${args.join(" ")}: exit ${code}\n${err}`);
  return out;
}

/** Each test goes on where the one before it ended, as a person's own session does. */
describe("cordon, against a real server", () => {
  it("shows what runs", async () => {
    const info = JSON.parse(await ok("info", "--json"));
    expect(info).toMatchObject({ executionProvider: "cpu", personCount: 0, zoneCount: 0 });
  });

  it("is exit 4 for a query into the void, with every rule at once", async () => {
    const { code, err } = await cordon("identify", frame, ...query);
    expect(code).toBe(4);
    expect(err).toMatch(/ZONE_NOT_REGISTERED[\s\S]*CAMERA_UNKNOWN[\s\S]*GALLERY_NOT_AUTHORISED/);
  });

  it("sets up an operator, a zone, a camera and a gallery", async () => {
    const geofence = join(root, "geofence.json");
    const ring = [
      [121.473, 31.23],
      [121.475, 31.23],
      [121.475, 31.231],
      [121.473, 31.231],
      [121.473, 31.23],
    ];
    writeFileSync(geofence, JSON.stringify({ type: "Polygon", coordinates: [ring] }));
    await ok("operator", "set", "--name", "港口体育场", "--contact", "privacy@example.org");
    expect(await ok("operator", "show")).toMatch(/港口体育场/);
    const why = ["--necessity", "Court bans", "--method", "One camera, one list"];
    const place = ["--place-type", "stadium-or-venue", ...why];
    const dates = ["--valid-until", "2099-01-01"];
    const entrance = ["--entrance", "east:31.2304,121.4738"];
    await ok("zone", "create", "gate-4", ...place, "--geofence", geofence, ...entrance, ...dates);
    await ok("zone", "register", "gate-4");
    expect(await ok("zone", "activate", "gate-4")).toMatch(/ACTIVE/);
    await ok("camera", "register", "cam-7", "--zone", "gate-4", "--position", "31.2305,121.4737");
    await ok("gallery", "create", "banned", "--name", "Banned");
    await ok("gallery", "authorise", "banned", "--zone", "gate-4");
    const shown = await ok("zone", "show", "gate-4");
    expect(shown).toMatch(/east {6}none[\s\S]*/);
    expect(shown).toMatch(/geofence +1 part, 4 corners, [\d,]+ m² \(whole with --json\)\n/);
    expect(shown).toMatch(/\n +31\.23,121\.473 to 31\.231,121\.475\n/);
    const { zone } = JSON.parse(await ok("zone", "show", "gate-4", "--json"));
    expect(JSON.parse(zone.geofenceGeojson).type).toBe("MultiPolygon");
  });

  it("asks for the id that was meant", async () => {
    const { code, err } = await cordon("zone", "show", "gate-5");
    expect(code).toBe(1);
    expect(err).toMatch(/There is no zone "gate-5"\. Did you mean "gate-4"\?/);
    const query = ["--zone", "gate-4", "--camera", "cam7", "--gallery", "baned"];
    const refused = await cordon("identify", frame, ...query);
    expect(refused.code).toBe(4);
    expect(refused.err).toMatch(/CAMERA_UNKNOWN[\s\S]*Did\s+you\s+mean\s+"cam-7"\?/);
    expect(refused.err).toMatch(/GALLERY_NOT_AUTHORISED[\s\S]*Did\s+you\s+mean\s+"banned"\?/);
  });

  it("says plainly that a server does not speak TLS", async () => {
    const { code, err } = await cordon("info", "--tls");
    expect(code).toBe(1);
    expect(err).toMatch(/^error: the server at \S+ does not speak TLS\.\n {2}Leave out --tls/);
  });

  it("is exit 4 for a zone of which nobody was told and nothing assessed, rule by rule", async () => {
    const { code, out } = await cordon("zone", "check", "gate-4");
    expect(code).toBe(4);
    expect(out).toMatch(/SIGNAGE_MISSING[\s\S]*NOTICE_MISSING[\s\S]*PIA_MISSING/);
    expect(out).toMatch(/then: cordon notice publish --file/);
    expect((await cordon("identify", frame, ...query)).err).toMatch(/3 rules are not satisfied/);
  });

  it("publishes a notice and has an impact assessment approved", async () => {
    const items = "processor: p, purpose_method_retention: m, necessity_impact: n, rights: r";
    writeFileSync(
      join(root, "notice.yaml"),
      `notice_id: gate-4\nzone_ids: [gate-4]\ntexts:\n  - { language: zh-CN, ${items}, other: o }\n`,
    );
    const parts = "lawfulness: l\nimpact: i\nrisks: r\nmeasures: m\n";
    const until = new Date(Date.now() + 300 * 24 * 3600 * 1000).toISOString().slice(0, 10);
    writeFileSync(
      join(root, "pia.yaml"),
      `assessment_id: a\nzone_ids: [gate-4]\ntrigger: first-use\n${parts}document: notice.yaml\nvalid_until: ${until}\n`,
    );
    await ok("notice", "publish", "--file", join(root, "notice.yaml"));
    expect(await ok("notice", "show", "gate-4")).toMatch(/in force[\s\S]*\(4\) r/);
    await ok("pia", "record", "--file", join(root, "pia.yaml"));
    expect(await ok("pia", "show", "a")).toMatch(/DRAFT/);
    expect(await ok("pia", "approve", "a", "--by", "Zhang Min")).toMatch(/APPROVED/);
    const kept = await cordon("pia", "delete", "a");
    expect(kept).toMatchObject({ code: 1, err: expect.stringMatching(/KEPT_BY_LAW/) });
  });

  it("is exit 4 while the sign is missing, and says which entrance", async () => {
    const { code, err } = await cordon("identify", frame, ...query);
    expect(code).toBe(4);
    expect(err).toMatch(/one rule is not satisfied/);
    expect(err).toMatch(/SIGNAGE_MISSING {2}zone\/gate-4\/entrance\/east/);
    expect(err).toMatch(/Art\. 13/);
    expect(err).toMatch(/then: cordon sign record SIGN --zone gate-4 --entrance east/);
  });

  it("is exit 3 once the sign is recorded and nobody is enrolled", async () => {
    const where = ["--zone", "gate-4", "--entrance", "east", "--position", "31.2304,121.4738"];
    await ok("sign", "record", "east-1", ...where, "--photo", frame, "--items", "all");
    await ok("sign", "inspect", "east-1", "--zone", "gate-4", "--by", "Wang Lei");
    expect(await ok("zone", "check", "gate-4")).toMatch(/all \d+ satisfied/);
    const { code, out } = await cordon("identify", frame, ...query, "--json");
    expect(code).toBe(3);
    expect(JSON.parse(out).faces).toHaveLength(3);
  });

  it("enrols a folder of people, and says who was refused and why", async () => {
    const people = ["--dir", join(root, "people"), "--gallery", "banned", "--retain-days", "30"];
    const unlawful = await cordon("enrol", ...people);
    expect(unlawful.code).toBe(4);
    expect(unlawful.err).toMatch(/LAWFUL_BASIS_MISSING/);
    const { code, out, err } = await cordon("enrol", ...people, "--law", "A Law, Art. 1");
    expect(code).toBe(1);
    expect(out).toMatch(/3 of 4 persons enrolled/);
    expect(err).toMatch(/not enrolled: Nobody[\s\S]*FACE_NOT_FOUND/);
  });

  it("asks the age and the guardian of whoever is enrolled on consent", async () => {
    const picture = join(root, "people", "Ruth Wren", "1.jpg");
    const today = new Date(Date.now() - 1000).toISOString();
    const consent = ["--consent", picture, "--consent-given", today];
    const terms = ["--gallery", "banned", "--retain-days", "30", ...consent];
    const unknown = await cordon("enrol", picture, ...terms);
    expect(unknown.code).toBe(4);
    expect(unknown.err).toMatch(/CONSENT_NOTICE_OUTDATED[\s\S]*GUARDIAN_CONSENT_REQUIRED/);
    const notice = ["--notice", "gate-4", "--notice-version", "1"];
    const child = ["--birth-date", "2020-01-01", "--guardian", "mother"];
    const guardian = ["--guardian-consent", picture, "--guardian-given", today];
    const minor = await cordon("enrol", picture, ...terms, ...notice, ...child, ...guardian);
    expect(minor.code).toBe(4);
    expect(minor.err).toMatch(/one rule is not satisfied[\s\S]*MINOR_RULES_MISSING/);
  });

  it("identifies exactly one face of sample1, and draws it", async () => {
    const picture = join(root, "answer.png");
    const { code, out } = await cordon("identify", frame, ...query, "--draw", picture);
    expect(code).toBe(0);
    expect(out.match(/ MATCH /g)).toHaveLength(1);
    expect(out.match(/NO_MATCH/g)).toHaveLength(2);
    expect(out).toMatch(/3 {2}MATCH\s+0\.[67]\d+ {2}Ruth Wren/);
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe("PNG");
    const nowhere = join(root, "no", "such", "answer.png");
    const refused = await cordon("identify", frame, ...query, "--draw", nowhere);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toMatch(/there is no folder .*no\/such\. Make it first/);
  });

  it("is exit 3 for a photograph without anybody who is enrolled", async () => {
    const { code } = await cordon("identify", join(photographs, "sample6.jpg"), ...query);
    expect(code).toBe(3);
  });

  it("is exit 1 for a file that is no picture, and says so", async () => {
    const { code, err } = await cordon("identify", program, ...query);
    expect(code).toBe(1);
    expect(err).toMatch(/IMAGE_/);
  });

  it("erases a person, who is then a stranger", async () => {
    const { persons } = JSON.parse(await ok("person", "list", "--gallery", "banned", "--json"));
    const ruth = persons.find(
      (person: { displayName: string }) => person.displayName === "Ruth Wren",
    );
    expect(await ok("person", "show", ruth.personId)).toMatch(/A Law, Art\. 1/);
    await ok("person", "erase", ruth.personId, "--yes");
    expect((await cordon("identify", frame, ...query)).code).toBe(3);
  });

  it("is exit 4 after an incident, until the impact is assessed anew", async () => {
    await ok("incident", "record", "theft", "--zone", "gate-4", "--description", "A disk is gone");
    const { code, err } = await cordon("identify", frame, ...query);
    expect(code).toBe(4);
    expect(err).toMatch(/one rule is not satisfied[\s\S]*PIA_OUTDATED/);
    expect(err).toMatch(/then: cordon pia record/);
  });

  it("is exit 4 from the moment the zone is suspended", async () => {
    await ok("zone", "suspend", "gate-4");
    const { code, err } = await cordon("identify", frame, ...query);
    expect(code).toBe(4);
    expect(err).toMatch(/ZONE_NOT_ACTIVE/);
  });

  it("ends its process with the exit code", () => {
    const env = { ...process.env, CORDON_ADDRESS: server.grpcAddress };
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [program, "identify", frame, ...query, "--json"],
      { env, encoding: "utf8" },
    );
    expect(status).toBe(4);
    expect(JSON.parse(stdout).error.violations).toHaveLength(2);
    expect(stderr).toBe("");
  });

  it("is exit 2 for wrong usage and 1 when nobody answers", async () => {
    expect((await cordon("identify", frame)).code).toBe(2);
    expect((await cordon("info", "--address", "127.0.0.1:1")).code).toBe(1);
  });
});
