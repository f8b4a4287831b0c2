import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { emptyChain, encodeLine } from "../../src/audit/record.js";
import { checkpointAct, signedEvent } from "../../src/audit/signed-record.js";
import { readSigners, signerId } from "../../src/audit/signers.js";
import { verifyAuditDirectory } from "../../src/audit/verify-directory.js";
import { anEvent, collect, newSigner, openLog, signer, startMs } from "./events.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(directory, { recursive: true, force: true });
});

const firstFile = () => join(directory, "audit-0000000000000001.jsonl");
const lines = async () => (await readFile(firstFile(), "utf8")).trimEnd().split("\n");
const verify = (options = {}) => verifyAuditDirectory(directory, options);

describe("a checkpoint is written", () => {
  test("after so many records, and it vouches for the one before it", async () => {
    const log = await openLog(directory, { checkpointRecords: 3 });
    for (let at = 0; at < 7; at++) await log.append(anEvent());
    const all = await collect(log.query({}, 0));
    const signed = all.filter(({ record }) => record.act === checkpointAct);
    expect(signed.map(({ record }) => record.seq)).toEqual([4, 8]);
    expect(signed[0]?.record).toMatchObject({
      actor: { name: "cordon", role: "server", address: "" },
      details: {
        seq: 3,
        hash: all[2]?.hash,
        instance: "test",
        publicKey: Buffer.from(signer.publicKey).toString("base64"),
      },
    });
    await log.close();
  });

  test("some time after a record, and not while nothing happens", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const log = await openLog(directory, { checkpointMs: 5_000 });
    vi.advanceTimersByTime(60_000);
    await log.append(anEvent());
    vi.advanceTimersByTime(4_999);
    await log.append(anEvent());
    vi.advanceTimersByTime(1);
    expect(await log.append(anEvent())).toBe(4);
    expect(await collect(log.query({ act: checkpointAct }, 0))).toHaveLength(1);
    await log.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("at the close, once, and by the next server for what a killed one left unsigned", async () => {
    const log = await openLog(directory);
    await log.append(anEvent());
    await log.close();
    await log.close();
    expect(await verify()).toMatchObject({ records: 2, checkpoints: 1 });
    const idle = await openLog(directory);
    await idle.close();
    expect(await verify()).toMatchObject({ records: 2, checkpoints: 1 });
    const signed = await lines();
    await writeFile(firstFile(), `${signed[0]}\n`);
    const again = await openLog(directory);
    await again.close();
    expect(await verify()).toMatchObject({ records: 2, checkpoints: 1 });
  });

  test("as the last record of every file that is full", async () => {
    const log = await openLog(directory, { segmentSizeBytes: 1_000 });
    for (let at = 0; at < 12; at++) await log.append(anEvent());
    await log.close();
    const names = (await readdir(directory)).filter((name) => name.endsWith(".jsonl"));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const last = (await readFile(join(directory, name), "utf8")).trimEnd().split("\n").at(-1);
      expect(JSON.parse(last ?? "")).toMatchObject({ record: { act: checkpointAct } });
    }
  });

  test("by the log alone: nobody else may append one", async () => {
    const log = await openLog(directory);
    for (const act of ["audit.checkpoint", "audit.prune"]) {
      const appended = log.append({ ...anEvent(), act });
      await expect(appended).rejects.toMatchObject({ code: "EVENT_INVALID" });
    }
    expect(await log.append({ ...anEvent(), act: "audit.query" })).toBe(1);
    await log.close();
  });

  test("or nothing more is acknowledged, when it cannot be signed", async () => {
    const sign = () => {
      throw new Error("the vault is closed");
    };
    const log = await openLog(directory, { signer: { ...signer, sign }, checkpointRecords: 1 });
    await expect(log.append(anEvent())).rejects.toMatchObject({ code: "WRITE_FAILED" });
    await expect(log.append(anEvent())).rejects.toMatchObject({ code: "WRITE_FAILED" });
    await log.close();
  });
});

describe("the check refuses", () => {
  const claim = { seq: 0, hash: emptyChain.hash, instance: "test", timeMs: startMs };
  /** A log of one signed record, as another hand may write it. */
  const forge = async (details: Record<string, string | number>) => {
    const event = signedEvent(signer, checkpointAct, claim);
    const forged = { ...event, details: { ...event.details, ...details } };
    await writeFile(firstFile(), encodeLine(forged, emptyChain, startMs).line);
    return await verify({ trustedPublicKey: signer.publicKey });
  };

  test("a checkpoint with anything changed, though every hash is right", async () => {
    expect(await forge({})).toMatchObject({ ok: true, checkpoints: 1 });
    const other = Buffer.from(newSigner().publicKey).toString("base64");
    for (const [details, fault] of [
      [{ instance: "another" }, /signature is not good/],
      [{ more: 1 }, /signature is not good/],
      [{ seq: 1 }, /vouches for another record/],
      [{ hash: "f".repeat(64) }, /vouches for another record/],
      [{ instance: "x".repeat(129) }, /vouches for another record/],
      [{ publicKey: other }, /a key that is not known/],
      [{ publicKey: "" }, /a key that is not known/],
      [{ signature: "" }, /signature is not good/],
      [{ signature: "AAAA" }, /signature is not good/],
      [{ signature: "%%" }, /has no signature/],
      [{ signature: 7 }, /has no signature/],
    ] as const) {
      expect(await forge(details)).toMatchObject({
        ok: false,
        broken: { seq: 1, line: 1, offsetBytes: 0, fault: expect.stringMatching(fault) },
      });
    }
  });

  test("a log rewritten by somebody with another key, unless that key is among the known", async () => {
    const log = await openLog(directory, { signer: newSigner() });
    await log.append(anEvent());
    await log.close();
    expect(await verify()).toMatchObject({ ok: true, checkpoints: 1 });
    expect(await verify({ trustedPublicKey: signer.publicKey })).toMatchObject({
      ok: false,
      broken: { seq: 2, line: 2, fault: expect.stringContaining("not known") },
    });
    await rm(join(directory, "signers"), { recursive: true });
    expect(await verify()).toMatchObject({ ok: false, broken: { seq: 2 } });
    await expect(openLog(directory)).rejects.toMatchObject({ code: "BROKEN" });
  });
});

describe("public keys", () => {
  test("are kept where OpenSSL reads them, one file for each signer", async () => {
    const other = newSigner();
    for (const one of [signer, other, signer]) {
      await (await openLog(directory, { signer: one })).close();
    }
    const keys = await readSigners(directory);
    expect(keys).toHaveLength(2);
    expect(keys).toContainEqual(Buffer.from(other.publicKey));
    const path = join(directory, "signers", `${signerId(other.publicKey)}.pem`);
    expect(await readFile(path, "utf8")).toMatch(/^-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("that are none, or are misnamed, are none", async () => {
    await (await openLog(directory)).close();
    const folder = join(directory, "signers");
    const pem = await readFile(join(folder, `${signerId(signer.publicKey)}.pem`));
    await writeFile(join(folder, "0000000000000000.pem"), pem);
    await writeFile(join(folder, "1111111111111111.pem"), "no key");
    await writeFile(join(folder, "2222222222222222.pem"), Buffer.alloc(10_000));
    expect(await readSigners(directory)).toEqual([Buffer.from(signer.publicKey)]);
  });
});

describe("a signed head kept elsewhere", () => {
  test("shows what a chain cannot: that the last records were cut off", async () => {
    const log = await openLog(directory);
    for (let at = 0; at < 4; at++) await log.append(anEvent());
    const signedHead = log.signedHead();
    expect(JSON.parse(signedHead.payload)).toEqual({
      ...log.head(),
      instance: "test",
      timeMs: startMs,
      type: "audit.checkpoint",
    });
    await log.append(anEvent());
    await log.close();
    expect(await verify({ signedHead })).toMatchObject({ ok: true, signedHead: "HELD" });
    const all = await lines();
    await writeFile(firstFile(), `${all.slice(0, 3).join("\n")}\n`);
    expect(await verify()).toMatchObject({ ok: true, records: 3 });
    expect(await verify({ signedHead })).toMatchObject({
      ok: false,
      broken: { seq: 4, line: 4, fault: expect.stringContaining("ends before record 4") },
    });
  });

  test("shows that the log was replaced by another one", async () => {
    const log = await openLog(directory);
    for (let at = 0; at < 4; at++) await log.append(anEvent());
    const signedHead = log.signedHead();
    await log.close();
    await rm(firstFile());
    const other = await openLog(directory);
    for (let at = 0; at < 6; at++) await other.append(anEvent({ at }));
    await other.close();
    expect(await verify()).toMatchObject({ ok: true });
    expect(await verify({ signedHead })).toMatchObject({
      ok: false,
      broken: { seq: 4, fault: expect.stringContaining("signed head") },
    });
  });

  test("of an empty log is held by every log", async () => {
    const log = await openLog(directory);
    const signedHead = log.signedHead();
    expect(await verify({ signedHead })).toMatchObject({ ok: true, signedHead: "HELD" });
    await log.append(anEvent());
    await log.close();
    expect(await verify({ signedHead })).toMatchObject({ ok: true, signedHead: "HELD" });
  });

  test("that was altered, or is not this server's, is refused as such", async () => {
    const log = await openLog(directory);
    await log.append(anEvent());
    const head = log.signedHead();
    await log.close();
    const other = newSigner();
    for (const signedHead of [
      { ...head, payload: head.payload.replace('"seq":1', '"seq":2') },
      { ...head, payload: `${head.payload} ` },
      { ...head, payload: "[]" },
      { ...head, payload: '{"hash":1e999}' },
      { ...head, payload: "" },
      { ...head, signature: head.signature.subarray(1) },
      { ...head, publicKey: other.publicKey },
      { ...head, publicKey: new Uint8Array(0) },
      { ...head, signature: other.sign(Buffer.from(head.payload)), publicKey: other.publicKey },
    ]) {
      await expect(verify({ signedHead })).rejects.toMatchObject({ code: "SIGNED_HEAD_INVALID" });
    }
  });
});
