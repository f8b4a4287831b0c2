import type { CordonClient } from "../../src/transport/client/client.js";

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

/** A time so many seconds from now, as messages have it. */
export const seconds = (fromNow: number) => ({
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
