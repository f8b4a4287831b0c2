import { describe, expect, it } from "vitest";
import { CordonError, invalidField, notFound } from "../../src/base/errors.js";
import { OF_ANOTHER_ZONE } from "../../src/compliance/rules/camera.js";
import { NO_SUCH_ZONE } from "../../src/compliance/rules/zone.js";
import { cordon, cordonWith } from "./harness.js";

const commands = [
  "serve",
  "info",
  "operator set",
  "operator show",
  "apply",
  "zone create",
  "zone update",
  "zone check",
  "zone list",
  "zone show",
  "zone register",
  "zone activate",
  "zone suspend",
  "zone close",
  "sign record",
  "sign inspect",
  "sign list",
  "sign remove",
  "camera register",
  "camera list",
  "camera show",
  "camera remove",
  "gallery create",
  "gallery list",
  "gallery show",
  "gallery delete",
  "gallery authorise",
  "gallery revoke",
  "notice publish",
  "notice list",
  "notice show",
  "notice withdraw",
  "pia record",
  "pia approve",
  "pia list",
  "pia show",
  "pia delete",
  "incident record",
  "incident list",
  "safeguard alternative record",
  "safeguard alternative list",
  "safeguard alternative remove",
  "safeguard egress record",
  "safeguard egress list",
  "safeguard egress remove",
  "safeguard minors set",
  "safeguard minors show",
  "enrol",
  "person show",
  "person list",
  "person report",
  "person erase",
  "person withdraw",
  "person receipt",
  "person merge",
  "person unmerge",
  "person merges",
  "review list",
  "review resolve",
  "identify",
  "audit list",
  "audit export",
  "audit head",
  "audit verify",
  "audit verify-receipt",
  "keys init",
  "keys status",
  "keys rotate",
  "keys retire",
  "backup",
  "restore",
];

const enrol = ["enrol", "x.jpg", "--gallery", "g", "--retain-days", "1"];
const identify = ["identify", "x.jpg", "--zone", "z", "--camera", "c", "--gallery", "g"];

describe("cordon", () => {
  it.each(commands)("%s --help gives an example and the exit codes", async (command) => {
    const { code, out } = await cordon([...command.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(out).toContain(`Example:\n  cordon ${command}`);
    expect(out).toMatch(/Exit codes: 0 done/);
    expect(out).toContain("--json");
  });

  it.each([
    [[]],
    [["nonsense"]],
    [["info", "--nonsense"]],
    [["info", "extra"]],
    [["info", "--address", "nowhere"]],
    [["info", "--timeout", "1"]],
    [["zone", "show"]],
    [["zone", "show", "Not A Slug"]],
    [["identify", "x.jpg", "--zone", "z", "--camera", "c"]],
    [["identify", "x.jpg", "--zone", "z", "--camera", "c", "--gallery", "g", "--top-k", "101"]],
    [["enrol", "x.jpg", "--gallery", "g"]],
    [["enrol", "--gallery", "g", "--retain-days", "1"]],
    [["enrol", "x.jpg", "--gallery", "g", "--retain-days", "1", "--consent", "x"]],
    [["camera", "register", "c", "--zone", "z"]],
    [["person", "erase", "abc"]],
    [["apply"]],
    [["operator", "set", "--name", "n"]],
    [["operator", "set", "--name", "n", "--contact", "c", "--officer", "boss:a:b"]],
    [["zone", "update", "z"]],
    [["zone", "check", "z", "--within-days", "4000"]],
    [["sign", "record", "s", "--zone", "z", "--entrance", "e", "--position", "1,2"]],
    [["sign", "inspect", "s", "--zone", "z"]],
    [["notice", "publish"]],
    [["pia", "approve", "p"]],
    [["incident", "record", "i"]],
    [["safeguard", "egress", "record", "b", "--zone", "z", "--network", "n"]],
    [[...enrol, "--notice", "n"]],
    [[...enrol, "--guardian", "mother"]],
    [[...enrol, "--age-band", "adult", "--birth-date", "2000-01-01"]],
    [[...enrol, "--birth-date", "2999-01-01"]],
    [[...identify, "--position", "1,2"]],
    [["person", "withdraw", "abc"]],
    [["person", "merge", "abc", "def"]],
    [["person", "report", "../abc"]],
    [["review", "resolve", "abc", "--reason", "r"]],
    [["review", "resolve", "abc", "--reason", "r", "--distinct", "--dismiss"]],
    [["review", "resolve", "abc", "--distinct"]],
    [["audit", "export"]],
    [["audit", "list", "--act", "No Act"]],
    [["audit", "list", "--reason", "no reason"]],
    [["audit", "verify", "--head", "x"]],
    [["audit", "verify-receipt", "package.json", "--public-key", "a", "--dir", "b"]],
    [["keys", "retire"]],
    [["backup"]],
    [["restore", "--from", "x"]],
  ])("wrong usage (%j) is exit 2, and says so on stderr", async (args) => {
    const { code, out, err } = await cordon(args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).not.toBe("");
  });

  it("--version prints the version", async () => {
    expect(await cordon(["--version"])).toMatchObject({ code: 0, out: "0.0.0\n" });
  });

  it("that reaches no server is exit 1 and says how to start one", async () => {
    const { code, err } = await cordon(["info", "--address", "127.0.0.1:1"]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /no server answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)\.\n {2}Start one with "cordon/,
    );
  });

  it("gives failures as JSON too", async () => {
    const { code, out, err } = await cordon(["info", "--address", "127.0.0.1:1", "--json"]);
    expect(code).toBe(1);
    expect(err).toBe("");
    expect(JSON.parse(out)).toMatchObject({ error: { status: "UNAVAILABLE" } });
  });

  it("names the fields that the server found wrong", async () => {
    const GetZone = () => {
      throw invalidField("zone_id", "must not be empty");
    };
    const { code, err } = await cordonWith({ GetZone }, ["zone", "show", "z"]);
    expect(code).toBe(1);
    expect(err).toBe("error: zone_id: must not be empty [FIELD_INVALID]\n");
  });

  it("says what there is none of", async () => {
    const GetCamera = () => {
      throw notFound("camera", "cam-7");
    };
    const { code, err } = await cordonWith({ GetCamera }, ["camera", "show", "cam-7"]);
    expect(code).toBe(1);
    expect(err).toMatch(/There is no camera "cam-7"/);
  });

  it("sends the token of its file, and refuses a file that holds none", async () => {
    const missing = await cordon(["info", "--token-file", "/no/such/token"]);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.err).toMatch(/no\/such\/token: there is no such file/);
    const folder = await cordon(["info", "--token-file", "src"]);
    expect(folder.err).toBe("error: src: is a folder, not a file\n");
    const empty = await cordon(["info", "--token-file", "/dev/null"]);
    expect(empty.err).toMatch(/holds no token/);
  });

  it("fetches every page of a list, and says when there is more than was asked for", async () => {
    const ListCameras = ({ pageToken, pageSize }: { pageToken: string; pageSize: number }) => ({
      cameras: [{ cameraId: `cam-${pageToken || "1"}-${pageSize}`, mobile: true }],
      nextPageToken: pageToken === "" ? "2" : "3",
    });
    const run = await cordonWith({ ListCameras }, ["camera", "list", "--limit", "2"]);
    expect(run.out).toMatch(/cam-1-2[\s\S]*cam-2-1/);
    expect(run.err).toBe("There are more than 2; see --limit.\n");
  });

  it("registers a camera with what was typed", async () => {
    let seen: unknown;
    const RegisterCamera = (request: { camera: object }) => {
      seen = request.camera;
      return request;
    };
    const typed = "camera register cam-7 --zone z --position 31.5,121.25 --datum gcj02 --name 东门";
    const GetCamera = () => {
      throw notFound("camera", "cam-7");
    };
    const { code } = await cordonWith({ GetCamera, RegisterCamera }, typed.split(" "));
    expect(code).toBe(0);
    expect(seen).toMatchObject({
      cameraId: "cam-7",
      zoneId: "z",
      displayName: "东门",
      mobile: false,
      position: { latitude: 31.5, longitude: 121.25, datum: "DATUM_GCJ02" },
    });
  });

  it("tells a refusal rule by rule, with the command that cures each, and exits with 4", async () => {
    const Identify = () => {
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "SIGNAGE_MISSING",
        message: "The gate refused to identify: ...",
        violations: [
          {
            type: "SIGNAGE_MISSING",
            subject: "zone/gate-4/entrance/east",
            description: "The entrance has no sign. (Art. 13) Record one.",
          },
          { type: "NEWER_RULE", subject: "zone/gate-4", description: "(Art. 99)" },
        ],
      });
    };
    const args = [
      "identify",
      "package.json",
      "--zone",
      "gate-4",
      "--camera",
      "c",
      "--gallery",
      "g",
    ];
    const { code, err } = await cordonWith({ Identify }, args);
    expect(code).toBe(4);
    expect(err).toMatch(/2 rules are not satisfied/);
    expect(err).toMatch(/1\. SIGNAGE_MISSING {2}zone\/gate-4\/entrance\/east/);
    expect(err).toMatch(/then: cordon sign record SIGN --zone gate-4 --entrance east/);
    expect(err).toMatch(/2\. NEWER_RULE/);
    const json = await cordonWith({ Identify }, [...args, "--json"]);
    expect(json.code).toBe(4);
    expect(JSON.parse(json.out).error.violations).toHaveLength(2);
  });

  const refuse = async (type: string, subject: string, description: string) => {
    const Identify = () => {
      throw new CordonError({
        ...{ status: "FAILED_PRECONDITION", reason: "CAMERA_UNKNOWN", message: "refused" },
        violations: [{ type, subject, description }],
      });
    };
    const args = ["--zone", "plaza", "--camera", "c", "--gallery", "g"];
    return (await cordonWith({ Identify }, ["identify", "package.json", ...args])).err;
  };

  it("fills in the zone that was asked about, and leads nobody into moving a camera", async () => {
    const missing = await refuse("CAMERA_UNKNOWN", "camera/c", "The camera is not registered.");
    expect(missing).toMatch(/then: cordon camera register c --zone plaza /);
    const gallery = await refuse("GALLERY_NOT_AUTHORISED", "gallery/g", "It is not authorised.");
    expect(gallery).toMatch(/then: cordon gallery authorise g --zone plaza$/m);
    const elsewhere = await refuse("CAMERA_UNKNOWN", "camera/c", OF_ANOTHER_ZONE);
    expect(elsewhere).toMatch(/then: cordon camera show c /);
    expect(elsewhere).not.toMatch(/camera register/);
  });

  it("tells a zone that there is not from a draft", async () => {
    const none = await refuse("ZONE_NOT_REGISTERED", "zone/nope", NO_SUCH_ZONE);
    expect(none).toMatch(
      /then: cordon zone list .*cordon apply -f FOLDER, cordon zone create nope/,
    );
    const draft = await refuse("ZONE_NOT_REGISTERED", "zone/nope", "The zone is a draft.");
    expect(draft).toMatch(/then: cordon zone register nope$/m);
  });

  it("says how a gallery is made that there is not, and names a picture that is none", async () => {
    const GetGallery = () => {
      throw notFound("gallery", "staff");
    };
    const { err } = await cordonWith({ GetGallery }, ["gallery", "show", "staff"]);
    expect(err).toMatch(/There is no gallery "staff"[\s\S]*cordon gallery create staff makes it/);
    const Identify = () => {
      const message = "image: these bytes are no picture";
      throw new CordonError({ status: "INVALID_ARGUMENT", reason: "IMAGE_UNREADABLE", message });
    };
    const args = ["--zone", "z", "--camera", "c", "--gallery", "g"];
    const picture = await cordonWith({ Identify }, ["identify", "package.json", ...args]);
    expect(picture.err).toMatch(/^package\.json: error: image: these bytes are no picture/);
  });
});
