import { endianness } from "node:os";
import { PERSONS_PER_MESSAGE_MAX } from "../../src/api/enrolment/enrol-persons.js";
import type { CordonClient } from "../../src/transport/client/client.js";
import { BenchError } from "../errors.js";
import type { Progress } from "../progress.js";

export const galleryId = "watch";
export const zoneId = "plaza";
export const cameraId = "gate-1";

const YEAR_S = 365 * 86_400;
const square = [
  [116.39, 39.9],
  [116.4, 39.9],
  [116.4, 39.91],
  [116.39, 39.91],
  [116.39, 39.9],
];
const inside = { latitude: 39.905, longitude: 116.395 };
const items = [
  "NOTICE_ITEM_PROCESSOR",
  "NOTICE_ITEM_PURPOSE_METHOD_RETENTION",
  "NOTICE_ITEM_NECESSITY_IMPACT",
  "NOTICE_ITEM_RIGHTS",
  "NOTICE_ITEM_OTHER",
] as const;

const seconds = (fromNow: number) => ({
  seconds: Math.floor(Date.now() / 1_000) + fromNow,
  nanos: 0,
});

/** A lawful zone with a camera and a gallery, so that queries are permitted. */
export async function makeLawful(client: CordonClient): Promise<void> {
  const operator = { name: "Bench Ltd", contact: "privacy@example.org" };
  await client.server.setOperator({ operator });
  await client.zone.createZone({
    ...{ zoneId, displayName: "Plaza", placeType: "PLACE_TYPE_STREET_OR_SQUARE" },
    necessity: "Measured.",
    method: "Embeddings are compared with one gallery.",
    geofenceGeojson: JSON.stringify({ type: "Polygon", coordinates: [square] }),
    entrances: [{ entranceId: "east", displayName: "East", position: inside }],
    validUntil: seconds(YEAR_S),
  });
  await client.zone.registerZone({ zoneId });
  await client.zone.activateZone({ zoneId });
  const sign = { signId: "east-1", zoneId, entranceId: "east", position: inside };
  const photoSha256 = Buffer.alloc(32, 7);
  const installTime = seconds(-1);
  await client.signage.recordSign({
    sign: { ...sign, photoSha256, installTime, items: [...items] },
  });
  await client.camera.registerCamera({
    camera: { cameraId, zoneId, displayName: "Gate 1", position: inside },
  });
  await client.gallery.createGallery({ galleryId, displayName: "Watch" });
  await client.gallery.authoriseGallery({ galleryId, zoneId });
  const texts = { processor: "p", purposeMethodRetention: "m", necessityImpact: "n" };
  const text = { language: "zh-CN", ...texts, rights: "r", other: "o" };
  await client.notice.publishNotice({
    notice: { noticeId: "plaza-notice", zoneIds: [zoneId], texts: [text] },
  });
  await client.assessment.recordImpactAssessment({
    assessment: {
      ...{ assessmentId: "first-use", zoneIds: [zoneId] },
      trigger: "ASSESSMENT_TRIGGER_FIRST_USE",
      ...{ lawfulness: "l", impact: "i", risks: "r", measures: "m" },
      documentSha256: Buffer.alloc(32, 9),
      validUntil: seconds(YEAR_S),
    },
  });
  const approval = { assessmentId: "first-use", approver: "Li Wei" };
  await client.assessment.approveImpactAssessment(approval);
}

/** Float32, little-endian. */
function packFloats(values: readonly number[]): Buffer {
  const bytes = Buffer.from(Float32Array.from(values).buffer);
  return endianness() === "LE" ? bytes : bytes.swap32();
}

/**
 * Enrols persons over one stream, as fast as the server takes them.
 * @returns seconds it took
 * @throws BenchError when one is not enrolled
 */
export async function enrolMany(
  client: CordonClient,
  modelPack: string,
  vectors: readonly (readonly number[])[],
  progress: Progress,
  prefix: string,
): Promise<number> {
  const retentionDeadline = seconds(300 * 86_400);
  const person = (values: readonly number[], at: number) => ({
    galleryIds: [galleryId],
    externalReference: `${prefix}-${at}`,
    lawfulBasis: { legalProvision: { citation: "Counter-Terrorism Law, Art. 50" } },
    retentionDeadline,
    requestId: `${prefix}-${at}`,
    sources: [{ embedding: { modelPack, packedValues: packFloats(values) } }],
  });
  async function* requests() {
    for (let first = 0; first < vectors.length; first += PERSONS_PER_MESSAGE_MAX) {
      const some = vectors.slice(first, first + PERSONS_PER_MESSAGE_MAX);
      yield { persons: some.map((values, at) => person(values, first + at)) };
    }
  }
  const started = performance.now();
  for await (const { answers } of client.enrolment.enrolPersons(requests())) {
    for (const { refused } of answers) {
      if (refused) throw new BenchError(`not enrolled: ${refused.reason}: ${refused.message}`);
      progress.add();
    }
  }
  return (performance.now() - started) / 1_000;
}
