import type { Camera } from "../store/records.js";
import type { Facts } from "./facts.js";
import type { GateReason } from "./reasons.js";
import { egressFindings } from "./rules/egress.js";
import { filingLetsIdentify } from "./rules/filing.js";
import { galleryAuthorised } from "./rules/gallery.js";
import { cameraRules, momentaryRules, zoneRules } from "./rules/table.js";
import { broken, type Finding, kept, subjectOf } from "./violation.js";

const DAY_MS = 86_400_000;

/** Which zone to check, and what of it. */
export interface ZoneCheckRequest {
  readonly zoneId: string;
  /** Every camera of the zone when absent or empty. */
  readonly cameraId?: string;
  /** Every gallery that the zone may search when absent or empty. */
  readonly galleryId?: string;
  /** What will cease to be satisfied within so many days is marked. 0 or more. */
  readonly withinDays: number;
}

/** One rule of the gate, as it stands for one subject. */
export interface CheckItem {
  readonly reason: GateReason;
  readonly article: string;
  readonly subject: string;
  readonly satisfied: boolean;
  readonly description: string;
  /** Empty when satisfied. */
  readonly remedy: string;
  readonly records: readonly string[];
  /** When the clock alone ends it; null when it does not, or when it is not satisfied. */
  readonly satisfiedUntilMs: number | null;
  readonly expiresSoon: boolean;
}

export interface ZoneCheck {
  readonly zoneId: string;
  /** True when every item is satisfied now. */
  readonly satisfied: boolean;
  readonly items: readonly CheckItem[];
  readonly checkedAtMs: number;
}

/**
 * The whole checklist of a zone, by the very rules that the gate decides by: what is satisfied, by
 * which records, until when; what is not, and what would cure it. Searches nothing, permits nothing.
 */
export function checkZone(facts: Facts, request: ZoneCheckRequest, nowMs: number): ZoneCheck {
  const { zoneId, withinDays } = request;
  const soonMs = nowMs + withinDays * DAY_MS;
  const items = findingsOf(facts, request, nowMs).map((finding) => toItem(finding, soonMs));
  const satisfied = items.every((item) => item.satisfied);
  return { zoneId, satisfied, items, checkedAtMs: nowMs };
}

function findingsOf(facts: Facts, request: ZoneCheckRequest, nowMs: number): readonly Finding[] {
  const { zoneId } = request;
  const fact = facts.zone(zoneId);
  const purpose = fact?.zone.purpose ?? "PUBLIC_SAFETY";
  const findings = zoneRules.flatMap((rule) => rule.check(facts, { zoneId, purpose }, nowMs));
  // Cameras, networks and galleries cannot be judged without the zone.
  if (fact === undefined) return findings;
  return [
    ...findings,
    ...camerasFindings(facts, request, nowMs),
    ...egressFindings(fact, nowMs),
    ...galleriesFindings(facts, request, nowMs),
    ...filingLetsIdentify.check(facts, null, nowMs),
  ];
}

function camerasFindings(
  facts: Facts,
  { zoneId, cameraId }: ZoneCheckRequest,
  nowMs: number,
): readonly Finding[] {
  const cameraIds = cameraId ? [cameraId] : idsOf(facts.camerasOf(zoneId));
  if (cameraIds.length === 0) {
    return [
      broken({
        reason: "CAMERA_UNKNOWN",
        article: "Art. 13",
        subject: subjectOf("zone", zoneId, "camera"),
        description: "No camera is registered to the zone.",
        remedy: "Register one (CameraService.RegisterCamera).",
      }),
    ];
  }
  return cameraIds.flatMap((id) => [
    ...cameraRules.flatMap((rule) => rule.check(facts, { zoneId, cameraId: id }, nowMs)),
    ...judgedLater(facts.camera(id)),
  ]);
}

function idsOf(cameras: Iterable<Camera>): readonly string[] {
  return [...cameras].map(({ cameraId }) => cameraId).sort();
}

/** A mobile camera's place comes with each query: the checklist can only say so. */
function judgedLater(camera: Camera | undefined): readonly Finding[] {
  if (camera === undefined || camera.position !== null) return [];
  const subject = subjectOf("camera", camera.cameraId);
  const description = "The camera is mobile: where it is, is judged with each query.";
  return momentaryRules.flatMap(({ reasons, article }) =>
    reasons.map((reason) => kept({ reason, article, subject, description }, [subject])),
  );
}

function galleriesFindings(
  facts: Facts,
  { zoneId, galleryId }: ZoneCheckRequest,
  nowMs: number,
): readonly Finding[] {
  const purpose = facts.zone(zoneId)?.zone.purpose ?? "PUBLIC_SAFETY";
  const galleryIds = galleryId ? [galleryId] : facts.galleriesOf(zoneId, purpose);
  if (galleryIds.length === 0) {
    return [
      broken({
        reason: "GALLERY_NOT_AUTHORISED",
        article: galleryAuthorised.article,
        subject: subjectOf("zone", zoneId, "gallery"),
        description: "No gallery is authorised for the zone and its purpose.",
        remedy: "Authorise the one that it needs (GalleryService.AuthoriseGallery).",
      }),
    ];
  }
  return [...galleryIds]
    .sort()
    .flatMap((id) => galleryAuthorised.check(facts, { zoneId, purpose, galleryId: id }, nowMs));
}

function toItem({ untilMs, ...finding }: Finding, soonMs: number): CheckItem {
  const satisfiedUntilMs = finding.satisfied && Number.isFinite(untilMs) ? untilMs : null;
  const expiresSoon = satisfiedUntilMs !== null && satisfiedUntilMs <= soonMs;
  return { ...finding, satisfiedUntilMs, expiresSoon };
}
