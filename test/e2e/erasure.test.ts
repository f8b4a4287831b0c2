import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { drawUnitVector } from "../drawn.js";
import {
  lawfulQuery,
  makeDataDir,
  makeLawful,
  removeDataDir,
  type ServerProcess,
  startServerProcess,
  timestamp,
  YEAR_MS,
} from "./harness.js";

let dataDir = "";
let running: ServerProcess | null = null;
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(async () => {
  if (running !== null && running.child.exitCode === null) await running.stop("SIGKILL");
  running = null;
  removeDataDir(dataDir);
});

const name = "王小明-name-in-the-clear";
const reference = "reference-in-the-clear-0815";

/** The vector as anybody might have kept it: floats in both byte orders, and 8-bit, whole or cut. */
function tracesOf(values: readonly number[]): readonly Buffer[] {
  const singles = Buffer.from(Float32Array.from(values).buffer);
  const doubles = Buffer.from(Float64Array.from(values).buffer);
  const largest = Math.max(...values.map(Math.abs));
  const bytes = values.map((value) => Math.round((value * 127) / largest));
  const whole = [
    singles,
    Buffer.from(singles).swap32(),
    doubles,
    Buffer.from(doubles).swap64(),
    Buffer.from(Int8Array.from(bytes).buffer),
    Buffer.from(Uint8Array.from(bytes.map((byte) => byte + 128)).buffer),
  ];
  // A part of it is too much already.
  return whole.flatMap((trace) => [trace.subarray(0, 24), trace.subarray(-24)]);
}

function expectNoTrace(needles: readonly Buffer[], when: string): void {
  let files = 0;
  for (const file of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    files += 1;
    const bytes = readFileSync(join(file.parentPath, file.name));
    for (const needle of needles) {
      expect(bytes.includes(needle), `${file.name} ${when}`).toBe(false);
    }
  }
  expect(files).toBeGreaterThan(3);
}

it("leaves nothing of the vector and the name in the data folder, before and after", async () => {
  running = await startServerProcess(dataDir, { CORDON_SWEEP_INTERVAL_MS: "1000" });
  const { client } = running;
  await makeLawful(client);
  const { modelPack } = await client.server.getServerInfo({});
  const consent = {
    givenAt: timestamp(Date.now()),
    evidenceSha256: Buffer.alloc(32, 5),
    noticeId: "plaza-notice",
    noticeVersion: 1,
    channel: "paper form",
  };
  const enrol = (values: number[], retainMs = YEAR_MS) =>
    client.enrolment.enrolPerson({
      galleryIds: ["watch"],
      displayName: name,
      externalReference: reference,
      lawfulBasis: { consent },
      ageBand: "AGE_BAND_ADULT",
      retentionDeadline: timestamp(Date.now() + retainMs),
      sources: [{ embedding: { modelPack: modelPack?.name ?? "", values } }],
    });
  const vectors = [drawUnitVector(160), drawUnitVector(160), drawUnitVector(160)];
  const [erased = [], withdrawn = [], expired = []] = vectors;
  const first = await enrol(erased);
  const second = await enrol(withdrawn);
  const third = await enrol(expired, 2_000);
  const needles = [...vectors.flatMap(tracesOf), Buffer.from(name), Buffer.from(reference)];
  expectNoTrace(needles, "while they are enrolled");

  await client.enrolment.erasePerson({ personId: first.personId });
  await client.enrolment.withdrawConsent({ personId: second.personId, channel: "letter" });
  // The sweeper erases whoever is due by itself.
  const receiptOf = () => client.enrolment.getErasureReceipt({ personId: third.personId });
  await expect.poll(() => receiptOf().catch(() => null), { timeout: 30_000 }).not.toBeNull();
  for (const values of vectors) {
    const embedding = { modelPack: modelPack?.name ?? "", values };
    const answer = await client.identification.identify({ ...lawfulQuery, embedding });
    expect(answer.faces[0]).toMatchObject({ decision: "DECISION_NO_MATCH", candidates: [] });
  }
  expectNoTrace(needles, "after the erasure");
  await running.stop("SIGKILL");
  expectNoTrace(needles, "after a kill");

  running = await startServerProcess(dataDir);
  expectNoTrace(needles, "after a restart");
  for (const { personId } of [first, second, third]) {
    await expect(running.client.enrolment.getPerson({ personId })).rejects.toMatchObject({
      status: "NOT_FOUND",
    });
  }
  expect(running.output()).not.toContain(name);
  await running.stop();
  expectNoTrace(needles, "after it stopped");
});
