import type { AgeBand } from "../../store/person-records.js";
import type { LatLng, Purpose } from "../../store/records.js";
import type { Facts } from "../facts.js";
import type { GateReason } from "../reasons.js";
import type { Finding } from "../violation.js";

/** A point in WGS-84. One that names its datum is still to be converted, and does not fit. */
export type Wgs84Point = LatLng & { readonly datum?: never };

/** The part of a query that the rules about its zone look at. */
export interface ZoneQuery {
  readonly zoneId: string;
  readonly purpose: Purpose;
}

/** The part of a query that the rules about its camera look at. */
export interface CameraQuery {
  readonly zoneId: string;
  readonly cameraId: string;
}

/** The part of a query that the rules about its caller look at. */
export interface PeerQuery {
  readonly zoneId: string;
  /** Address of the peer. */
  readonly peerAddress: string;
}

/** The part of a query that the rules about its gallery look at. */
export interface GalleryQuery extends ZoneQuery {
  readonly galleryId: string;
}

/** What the gate must know of one identification. */
export interface IdentifyQuery extends CameraQuery, PeerQuery, GalleryQuery {
  /** Where a mobile camera is now. Null when the query does not say. Not read for a fixed one. */
  readonly cameraFix: CameraFix | null;
}

/** A satellite fix of a mobile camera. */
export interface CameraFix extends Wgs84Point {
  /** Radius of the circle that the camera is surely in, metres, 0 or more. */
  readonly accuracyM: number;
  readonly fixedAtMs: number;
}

/** The lawful basis as a caller claims it: what is missing is null or empty. */
export type ClaimedBasis =
  | {
      readonly kind: "consent";
      readonly givenAtMs: number | null;
      /** Lower-case hex. */
      readonly evidenceSha256: string;
      /** Empty when the caller names none. */
      readonly noticeId: string;
      readonly noticeVersion: number;
      readonly channel: string;
      readonly guardian: {
        readonly relation: string;
        readonly givenAtMs: number | null;
        readonly evidenceSha256: string;
      } | null;
    }
  | { readonly kind: "law"; readonly citation: string };

/** What the gate must know of one enrolment. */
export interface Enrolment {
  readonly galleryIds: readonly string[];
  readonly purpose: Purpose;
  readonly lawfulBasis: ClaimedBasis | null;
  readonly retentionDeadlineMs: number | null;
  /** How old the person is: a date (YYYY-MM-DD), a band, or null when it is not stated. */
  readonly age: { readonly birthDate: string } | { readonly band: AgeBand } | null;
}

/**
 * One rule of the gate. `check` is pure: the facts, the query and the clock decide, and nothing
 * else. It returns every finding, kept and broken; none when there is nothing to judge.
 */
export interface Rule<Query> {
  /** Reasons that its findings carry. */
  readonly reasons: readonly GateReason[];
  readonly article: string;
  readonly check: (facts: Facts, query: Query, nowMs: number) => readonly Finding[];
}
