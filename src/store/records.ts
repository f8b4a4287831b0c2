/**
 * The durable records, as every folder above the store speaks of them. Times are milliseconds
 * since the epoch, UTC. Coordinates are degrees, WGS-84.
 */

export type Purpose = "PUBLIC_SAFETY";

export type Datum = "WGS84" | "GCJ02" | "BD09";

export interface LatLng {
  readonly latitude: number;
  readonly longitude: number;
}

/** A position as it is used (WGS-84), with what the caller sent when that was another datum. */
export interface Position extends LatLng {
  readonly original?: LatLng & { readonly datum: Datum };
}

/** The personal-information processor that answers for this server. */
export interface Operator {
  readonly name: string;
  readonly contact: string;
}

export type ZoneState = "DRAFT" | "REGISTERED" | "ACTIVE" | "SUSPENDED" | "CLOSED";

/** Public places only: a private space has no name here, so it cannot be chosen (Art. 13). */
export const placeTypes = [
  "STREET_OR_SQUARE",
  "TRANSPORT_HUB",
  "STADIUM_OR_VENUE",
  "SHOPPING_PLACE",
  "SCHOOL_GATE",
  "HOSPITAL_PUBLIC_AREA",
  "PARK_OR_SCENIC_AREA",
  "PUBLIC_BUILDING_LOBBY",
  "BORDER_OR_CHECKPOINT",
] as const;
export type PlaceType = (typeof placeTypes)[number];

export interface Entrance {
  readonly entranceId: string;
  readonly displayName: string;
  readonly position: Position;
}

/** [longitude, latitude], degrees, WGS-84 (RFC 7946 order). */
export type Vertex = readonly [number, number];
/** Closed: the first vertex is repeated at the end. */
export type Ring = readonly Vertex[];
/** The outer ring, then the holes. */
export type Polygon = readonly Ring[];

/** A geofence that was checked when its zone was registered. */
export interface Geofence {
  readonly polygons: readonly Polygon[];
  readonly original?: { readonly datum: Datum; readonly geojson: string };
}

export interface Zone {
  readonly zoneId: string;
  readonly displayName: string;
  readonly state: ZoneState;
  readonly placeType: PlaceType;
  readonly purpose: Purpose;
  readonly necessity: string;
  readonly geofence: Geofence;
  readonly entrances: readonly Entrance[];
  readonly validFromMs: number;
  readonly validUntilMs: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface Sign {
  readonly signId: string;
  readonly zoneId: string;
  readonly entranceId: string;
  readonly position: Position;
  /** SHA-256 of the photograph, lower-case hex. */
  readonly photoSha256: string;
  readonly installedAtMs: number;
}

export interface Camera {
  readonly cameraId: string;
  readonly zoneId: string;
  readonly displayName: string;
  /** Null for a mobile camera, whose position comes with each query. */
  readonly position: Position | null;
}

export interface Gallery {
  readonly galleryId: string;
  readonly displayName: string;
  readonly createdAtMs: number;
}

export interface GalleryAuthorisation {
  readonly galleryId: string;
  readonly zoneId: string;
  readonly purpose: Purpose;
  readonly authorisedAtMs: number;
}

/** Art. 6 and 8: separate consent with its evidence, or a named law. */
export type LawfulBasis =
  | { readonly kind: "consent"; readonly givenAtMs: number; readonly evidenceSha256: string }
  | { readonly kind: "law"; readonly citation: string };

/** A person as stored. The sealed fields open only through the vault. */
export interface PersonRow {
  readonly personId: string;
  /** The person's data key, wrapped by the key-encryption key. */
  readonly wrappedKey: Uint8Array;
  /** Sealed JSON of `PersonDetails`. */
  readonly sealedDetails: Uint8Array;
  readonly lawfulBasis: LawfulBasis;
  readonly retentionDeadlineMs: number;
  readonly createdAtMs: number;
  readonly galleryIds: readonly string[];
}

/** Identifying fields, only ever stored sealed. */
export interface PersonDetails {
  readonly displayName: string;
  readonly externalReference: string;
}

export interface TemplateRow {
  readonly templateId: string;
  readonly personId: string;
  /** Pack that made it; templates of different packs are never compared. */
  readonly modelPack: string;
  /** Sealed little-endian float32 embedding, unit length. */
  readonly sealed: Uint8Array;
  readonly createdAtMs: number;
}
