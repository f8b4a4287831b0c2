import { expect, it } from "vitest";
import { drawUnitVector } from "../drawn.js";
import { lawfulQuery, makeLawful, timestamp, YEAR_MS } from "./harness.js";
import { placePerTest } from "./own-server.js";
import { expectNoTrace, tracesOf } from "./traces.js";

const place = placePerTest();

const name = "王小明-name-in-the-clear";
const reference = "reference-in-the-clear-0815";

it("leaves nothing of the vector and the name in the data folder, before and after", async () => {
  let running = await place.start({ CORDON_SWEEP_INTERVAL_MS: "1000" });
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
  expectNoTrace(place.dataDir, needles, "while they are enrolled");

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
  expectNoTrace(place.dataDir, needles, "after the erasure");
  await running.stop("SIGKILL");
  expectNoTrace(place.dataDir, needles, "after a kill");

  running = await place.start();
  expectNoTrace(place.dataDir, needles, "after a restart");
  for (const { personId } of [first, second, third]) {
    await expect(running.client.enrolment.getPerson({ personId })).rejects.toMatchObject({
      status: "NOT_FOUND",
    });
  }
  expect(running.output()).not.toContain(name);
  await running.stop();
  expectNoTrace(place.dataDir, needles, "after it stopped");
});
