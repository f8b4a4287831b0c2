import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { IdentifyResponse__Output } from "../../api/generated/cordon/v1/IdentifyResponse.js";
import type { CordonClient } from "../../transport/client/client.js";
import { toClientError } from "../../transport/client/error.js";
import { drawAnswer } from "../draw.js";
import { readFile } from "../parse.js";
import * as scene from "./scene.js";

const DAY_SECONDS = 86_400;
const RETENTION_DAYS = 30;
const VALID_DAYS = 365;
/** Persons enrolled at a time. */
const CONCURRENCY = 4;

export interface Refused {
  readonly type: string;
  readonly subject: string;
  readonly description: string;
}

export interface NotEnrolled {
  readonly name: string;
  readonly why: string;
}

/** Sets everything up except the sign. */
export async function registerScene(client: CordonClient): Promise<void> {
  const { zoneId, galleryId } = scene;
  await client.server.setOperator({ operator: scene.operator });
  await client.zone.createZone({
    ...scene.zone,
    entrances: [...scene.zone.entrances],
    validFrom: now(0),
    validUntil: now(VALID_DAYS * DAY_SECONDS),
  });
  await client.zone.registerZone({ zoneId });
  await client.zone.activateZone({ zoneId });
  await client.camera.registerCamera({ camera: scene.camera });
  await client.gallery.createGallery({ galleryId, displayName: "Banned persons 2026" });
  await client.gallery.authoriseGallery({ galleryId, zoneId });
  await client.notice.publishNotice({ notice: scene.notice });
  const validUntil = now(VALID_DAYS * DAY_SECONDS);
  const assessment = { ...scene.assessment, validUntil };
  await client.assessment.recordImpactAssessment({ assessment });
  const { assessmentId, approver } = scene;
  await client.assessment.approveImpactAssessment({ assessmentId, approver });
}

/** The checklist of the zone, every rule of the gate. */
export function checkScene(client: CordonClient) {
  const { zoneId, cameraId, galleryId } = scene;
  return client.zone.checkZone({ zoneId, cameraId, galleryId, withinDays: 0 });
}

/** Asks who is in the frame. */
export function identifyFrame(client: CordonClient, folder: string) {
  return client.identification.identify({
    zoneId: scene.zoneId,
    cameraId: scene.cameraId,
    galleryId: scene.galleryId,
    image: readFile(join(folder, scene.frame)),
    topK: 1,
  });
}

/** Asks before the sign is recorded. @throws Error when the gate lets it through */
export async function askWithoutSign(
  client: CordonClient,
  folder: string,
): Promise<readonly Refused[]> {
  const { violations } = await identifyFrame(client, folder).then(
    () => {
      throw new Error("The gate let a query through although the entrance has no sign.");
    },
    (thrown: unknown) => {
      const error = toClientError(thrown);
      if (error.violations.length === 0) throw error;
      return error;
    },
  );
  const unexpected = violations.filter(({ type }) => type !== "SIGNAGE_MISSING");
  if (unexpected.length === 0) return violations;
  const names = unexpected.map(({ type }) => type).join(", ");
  throw new Error(`The gate refused for more than the missing sign: ${names}.`);
}

export async function recordSign(client: CordonClient): Promise<void> {
  await client.signage.recordSign({ sign: { ...scene.sign, installTime: now(-DAY_SECONDS) } });
}

/** Cuts everybody out of the photographs and enrols them, each on their own consent. */
export async function enrolSitters(client: CordonClient, folder: string) {
  const { cropImage } = await import("../../vision/crop.js");
  const enrolled = new Map<string, string>();
  const notEnrolled: NotEnrolled[] = [];
  const queue = scene.sitters.values();
  const worker = async () => {
    for (const { name, photograph, box } of queue) {
      const image = await cropImage(readFile(join(folder, photograph)), box);
      try {
        const { personId } = await client.enrolment.enrolPerson(request(name, image));
        enrolled.set(personId, name);
      } catch (thrown) {
        const error = toClientError(thrown);
        if (error.fields.length === 0) throw error;
        notEnrolled.push({ name, why: `${error.fields[0]?.description} [${error.reason}]` });
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return { enrolled, notEnrolled };
}

function request(name: string, image: Buffer) {
  const evidenceSha256 = scene.evidence(`consent form signed by ${name}`);
  return {
    galleryIds: [scene.galleryId],
    displayName: name,
    externalReference: name,
    lawfulBasis: {
      consent: {
        givenAt: now(0),
        evidenceSha256,
        noticeId: scene.noticeId,
        noticeVersion: 1,
        channel: "paper form",
      },
    },
    ageBand: "AGE_BAND_ADULT" as const,
    retentionDeadline: now(RETENTION_DAYS * DAY_SECONDS),
    sources: [{ image }],
  };
}

/** Why the answer is not what it must be, or null. */
export function faultOf({ faces }: IdentifyResponse__Output): string | null {
  const matches = faces.filter((face) => face.decision === "DECISION_MATCH");
  const strangers = faces.filter((face) => face.decision === "DECISION_NO_MATCH");
  const names = matches.map((face) => face.candidates[0]?.externalReference ?? face.personId);
  const isAsExpected =
    names.length === 1 &&
    names[0] === scene.expectedName &&
    strangers.length === scene.strangers &&
    faces.length === scene.strangers + 1;
  if (isAsExpected) return null;
  return (
    `Expected one MATCH (${scene.expectedName}) and ${scene.strangers} NO_MATCH; found ` +
    `${faces.length} faces, MATCH: ${names.join(", ") || "none"}, NO_MATCH: ${strangers.length}.`
  );
}

/** Writes the annotated picture. */
export async function drawFrame(
  folder: string,
  answer: IdentifyResponse__Output,
  file: string,
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await drawAnswer(join(folder, scene.frame), answer, file);
}

function now(plusSeconds: number) {
  return { seconds: Math.floor(Date.now() / 1000) + plusSeconds, nanos: 0 };
}
