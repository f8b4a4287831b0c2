import { z } from "zod";
import type { Outline, PackedZone } from "./packed-zone.js";
import type { LawfulBasis } from "./person-records.js";
import {
  type Camera,
  type Gallery,
  type Geofence,
  noticeItems,
  type Operator,
  officerRoles,
  type Position,
  placeTypes,
  purposes,
  type Sign,
} from "./records.js";

/**
 * The shape of what is stored as JSON, checked before it is written and again after it is read.
 * These are the record's types at run time; the rules of each field are the callers'.
 */

export const timeMs = z.int();
export const id = z.string().min(1).max(128);
export const text = z.string().max(4_096);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A digest, or nothing while there is none. */
export const sha256OrEmpty = z.union([z.literal(""), sha256]);
/** One network in CIDR notation. */
export const network = z.string().min(1).max(64);
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);
const datum = z.enum(["WGS84", "GCJ02", "BD09"]);
const purpose = z.enum(purposes);
const days = z.int().min(1);
/** Bodies older than the counter have none, and nothing was counted before it. */
const revision = z.int().min(0).default(0);

const position: z.ZodType<Position> = z.object({
  latitude,
  longitude,
  original: z.object({ latitude: z.number(), longitude: z.number(), datum }).exactOptional(),
});

const original = z.object({ datum, geojson: z.string() }).exactOptional();
const geofence: z.ZodType<Geofence> = z.object({
  polygons: z.array(z.array(z.array(z.tuple([longitude, latitude])))),
  original,
});
/** A geofence whose polygons lie elsewhere. */
const outline: z.ZodType<Outline> = z.object({ original });

export const operatorSchema: z.ZodType<Operator> = z.object({
  name: text,
  contact: text,
  unifiedSocialCreditCode: text,
  region: text,
  officers: z.array(z.object({ role: z.enum(officerRoles), name: text, contact: text })),
  noticeRevision: revision,
});

export const zoneBodySchema: z.ZodType<Omit<PackedZone, "geometry">> = z.object({
  zoneId: id,
  displayName: text,
  state: z.enum(["DRAFT", "REGISTERED", "ACTIVE", "SUSPENDED", "CLOSED"]),
  placeType: z.enum(placeTypes),
  purpose,
  necessity: text,
  geofence: outline,
  entrances: z.array(z.object({ entranceId: id, displayName: text, position })),
  validFromMs: timeMs,
  validUntilMs: timeMs,
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
  method: text,
  permittedNetworks: z.array(network),
  retentionDaysMax: days,
  inspectionIntervalDays: days,
  privateAreas: z.array(z.object({ areaId: id, displayName: text, geofence: outline })),
  noticeRevision: revision,
  assessmentRevision: revision,
});

export const signSchema: z.ZodType<Sign> = z.object({
  signId: id,
  zoneId: id,
  entranceId: id,
  position,
  photoSha256: sha256OrEmpty,
  installedAtMs: timeMs,
  items: z.array(z.enum(noticeItems)),
  inspectedAtMs: timeMs,
  inspector: text,
});

export const cameraSchema: z.ZodType<Camera> = z.object({
  cameraId: id,
  zoneId: id,
  displayName: text,
  position: position.nullable(),
  fieldOfView: geofence.nullable(),
  deviceIdentity: text,
});

export const gallerySchema: z.ZodType<Gallery> = z.object({
  galleryId: id,
  displayName: text,
  createdAtMs: timeMs,
});

export const authorisationSchema = z.object({
  galleryId: id,
  zoneId: id,
  purpose,
  authorisedAtMs: timeMs,
});

export const lawfulBasisSchema: z.ZodType<LawfulBasis> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("consent"),
    givenAtMs: timeMs,
    evidenceSha256: sha256,
    noticeId: z.string().max(128),
    noticeVersion: z.int().min(0),
    channel: text,
    guardian: z.object({ relation: text, givenAtMs: timeMs, evidenceSha256: sha256 }).nullable(),
  }),
  z.object({ kind: z.literal("law"), citation: text }),
]);

/** Bytes of one sealed field at most. */
export const sealedSizeBytesMax = 65_536;
/** Bytes that only the vault can open. */
export const sealed = z
  .instanceof(Uint8Array)
  .refine((bytes) => bytes.length > 0 && bytes.length <= sealedSizeBytesMax, {
    error: `must be 1 to ${sealedSizeBytesMax} bytes`,
  });
