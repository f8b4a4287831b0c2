import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { cordonWith } from "./harness.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-cli-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs a command and gives the request that one method saw. */
async function requestOf(method: string, args: readonly string[], answer: object = {}) {
  let seen: unknown;
  const handler = (request: object) => {
    seen = request;
    return answer;
  };
  const run = await cordonWith({ [method]: handler }, args);
  return { ...run, seen };
}

const receipt = {
  payload: '{"type":"cordon.erasure-receipt"}',
  signature: Buffer.alloc(64, 1),
  publicKey: Buffer.alloc(32, 2),
};

describe("cordon person", () => {
  it("withdraw sends when and how the person said so", async () => {
    const args = ["person", "withdraw", "p-1", "--yes", "--channel", "letter"];
    const when = ["--withdrawn", "2026-05-04"];
    const { seen, code, out } = await requestOf("WithdrawConsent", [...args, ...when], {
      templatesErased: 2,
    });
    expect({ code, out }).toEqual({ code: 0, out: "person p-1 is erased, with 2 templates\n" });
    const withdrawTime = { seconds: Date.UTC(2026, 4, 4) / 1000 };
    expect(seen).toMatchObject({ personId: "p-1", channel: "letter", withdrawTime });
  });

  it("withdraw names the command that erases whom a law enrolled", async () => {
    const WithdrawConsent = () => {
      const message = "There is none to withdraw. Erase the person (ErasePerson).";
      const reason = "STATE_TRANSITION_INVALID";
      throw new CordonError({ status: "FAILED_PRECONDITION", reason, message });
    };
    const { code, err } = await cordonWith({ WithdrawConsent }, [
      ...["person", "withdraw", "p-1", "--yes"],
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(/\(ErasePerson\)\. The command is: cordon person erase p-1/);
  });

  it("withdraw counts one template as one", async () => {
    const args = ["person", "withdraw", "p-1", "--yes"];
    const { out } = await requestOf("WithdrawConsent", args, { templatesErased: 1 });
    expect(out).toBe("person p-1 is erased, with 1 template\n");
  });

  it("erase keeps the receipt in a file that its owner alone can read", async () => {
    const file = join(root, "receipt.json");
    const args = ["person", "erase", "p-1", "--yes", "--reason", "asked", "--receipt", file];
    const { seen, code } = await requestOf("ErasePerson", args, { templatesErased: 1, receipt });
    expect(code).toBe(0);
    expect(seen).toMatchObject({ personId: "p-1", reason: "asked" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { payload, signature } = JSON.parse(readFileSync(file, "utf8"));
    expect({ payload, signature }).toEqual({
      payload: receipt.payload,
      signature: "01".repeat(64),
    });
  });

  it("erase leaves no file when nobody was erased, and erases nobody without the file", async () => {
    const file = join(root, "receipt.json");
    let calls = 0;
    const ErasePerson = () => {
      calls += 1;
      throw new CordonError({ status: "NOT_FOUND", reason: "NOT_FOUND", message: "no" });
    };
    const args = ["person", "erase", "p-1", "--yes", "--receipt"];
    expect((await cordonWith({ ErasePerson }, [...args, file])).code).toBe(1);
    expect(readdirSync(root)).toEqual([]);
    const nowhere = join(root, "no/such/receipt.json");
    expect((await cordonWith({ ErasePerson }, [...args, nowhere])).code).toBe(1);
    expect(calls).toBe(1);
  });

  it("merge and unmerge say what they did, and how to take it back", async () => {
    const merge = { mergeId: "m-1", personId: "p-1", duplicatePersonId: "p-2" };
    const args = ["person", "merge", "p-1", "p-2", "--reason", "same passport"];
    const made = await requestOf("MergePersons", args, { merge });
    expect(made.seen).toEqual({
      personId: "p-1",
      duplicatePersonId: "p-2",
      reason: "same passport",
    });
    expect(made.out).toBe("p-2 is p-1 from now on; cordon person unmerge m-1 takes it back\n");
    const undone = await requestOf("UndoMerge", ["person", "unmerge", "m-1"], { merge });
    expect(undone.seen).toEqual({ mergeId: "m-1" });
    expect(undone.out).toBe("p-2 and p-1 are two persons again\n");
  });
});

describe("cordon review", () => {
  it("lists who is suspected to be whom", async () => {
    const review = {
      reviewId: "r-1",
      requestId: "row-7",
      galleryIds: ["watch"],
      suspects: [{ personId: "p-1", score: 0.7351 }],
      createTime: { seconds: 1_800_000_000, nanos: 0 },
    };
    const { out, seen } = await requestOf("ListReviews", ["review", "list"], { reviews: [review] });
    expect(seen).toMatchObject({ includeDecided: false });
    expect(out).toMatch(/r-1 +2027-01-15T08:00:00Z +row-7 +watch +p-1 0\.74 +open/);
    expect((await requestOf("ListReviews", ["review", "list", "--all"])).seen).toMatchObject({
      includeDecided: true,
    });
  });

  it.each([
    [["--link", "p-1"], { decision: "REVIEW_DECISION_LINK", linkToPersonId: "p-1" }],
    [["--distinct"], { decision: "REVIEW_DECISION_DISTINCT", linkToPersonId: "" }],
    [["--dismiss"], { decision: "REVIEW_DECISION_DISMISS", linkToPersonId: "" }],
  ])("resolves with %j", async (how, expected) => {
    const args = ["review", "resolve", "r-1", ...how, "--reason", "twins"];
    const { seen, code } = await requestOf("ResolveReview", args, { review: {} });
    expect(code).toBe(0);
    expect(seen).toEqual({ reviewId: "r-1", reason: "twins", ...expected });
  });
});

describe("cordon audit", () => {
  it("list sends what records are asked for by, and nothing else", async () => {
    const bare = await requestOf("QueryRecords", ["audit", "list"]);
    expect(bare.seen).toMatchObject({ filter: { zoneId: "", act: "", fromTime: null } });
    const args =
      "audit list --zone z --camera c --person p-1 --actor desk --act zone. --reason pia-missing";
    const { seen } = await requestOf("QueryRecords", args.split(" "));
    expect(seen).toMatchObject({
      filter: {
        ...{ zoneId: "z", cameraId: "c", personId: "p-1", actor: "desk" },
        ...{ act: "zone.", reason: "PIA_MISSING" },
      },
    });
  });

  it("list shows a record of details that a terminal would obey as harmless text", async () => {
    const record = {
      seq: 1,
      time: { seconds: 0, nanos: 0 },
      act: "identify",
      actorName: "gate\u001b[31m",
      detailsJson: JSON.stringify({ zoneId: "z\u001b]0;x\u0007", faces: [null, {}, 3] }),
    };
    const answer = { records: [record, { ...record, detailsJson: "not JSON" }] };
    const { out, code } = await requestOf("QueryRecords", ["audit", "list"], answer);
    expect(code).toBe(0);
    expect(out).not.toContain("\u001b");
    expect(out).toMatch(/zone z/);
  });

  it("verify exits with 1 and names what the server found broken", async () => {
    const answer = { intact: false, brokenSeq: 7, brokenFile: "audit-1.jsonl", fault: "line 7: x" };
    const { code, out } = await requestOf("VerifyAudit", ["audit", "verify"], answer);
    expect({ code, out }).toEqual({
      code: 1,
      out: "broken at record 7, audit-1.jsonl, line 7: x\n",
    });
  });

  it("verify-receipt proves something only with a key that is trusted", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const signed = (payload: string, name: string) => {
      const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
      const signature = sign(null, Buffer.from(payload), privateKey).toString("hex");
      const file = join(root, name);
      writeFileSync(file, JSON.stringify({ payload, signature, publicKey: raw.toString("hex") }));
      return file;
    };
    const key = join(root, "trusted.pem");
    writeFileSync(key, publicKey.export({ format: "pem", type: "spki" }));
    const verify = (...args: readonly string[]) =>
      cordonWith({}, ["audit", "verify-receipt", ...args]);
    const receipt = signed('{"personId":"p","type":"cordon.erasure-receipt"}', "good.json");
    expect(await verify(receipt, "--public-key", key)).toMatchObject({ code: 0 });
    const alone = await verify(receipt);
    expect(alone.code).toBe(6);
    expect(alone.out).toMatch(/^unaltered, but by whom\?\n(.*\n)+By itself this proves nothing\./);
    expect(JSON.parse((await verify(receipt, "--json")).out)).toMatchObject({ good: false });
    const head = await verify(signed('{"type":"cordon.head"}', "h.json"), "--public-key", key);
    expect(head.code).toBe(1);
    expect(head.out).toMatch(/^not good: it is no receipt of an erasure/);
  });

  it("verify-receipt says what is no receipt", async () => {
    const file = join(root, "receipt.json");
    for (const content of ["", "[]", '{"payload":"{}"}', '{"payload":1,"signature":"zz"}']) {
      writeFileSync(file, content);
      const { code, err } = await cordonWith({}, ["audit", "verify-receipt", file]);
      expect(code).toBe(1);
      expect(err).toMatch(/holds no signed statement/);
    }
  });
});

describe("cordon keys", () => {
  const status = {
    provider: "file",
    keyVersion: 2,
    versions: [
      { version: 1, persons: 3 },
      { version: 2, persons: 4 },
    ],
  };

  it("status says what is left to do", async () => {
    const half = await requestOf("GetKeyStatus", ["keys", "status"], status);
    expect(half.out).toMatch(/3 persons are under older keys: cordon keys rotate --resume/);
    const versions = [{ version: 1, persons: 0 }, status.versions[1]];
    const done = await requestOf("GetKeyStatus", ["keys", "status"], { ...status, versions });
    expect(done.out).toMatch(/cordon keys retire destroys them/);
  });

  it("rotate that is out of time says that the server goes on", async () => {
    const RotateKeys = () => new Promise(() => {});
    const run = await cordonWith({ RotateKeys }, ["keys", "rotate", "--timeout", "50ms"]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/The server goes on with the rotation: cordon keys status shows it/);
  });
});
