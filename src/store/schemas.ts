import { z } from "zod";
import {
  type Camera,
  type Gallery,
  type LawfulBasis,
  type Operator,
  type Position,
  placeTypes,
  type Sign,
  type Zone,
} from "./records.js";
import { StoreError } from "./store-error.js";

/**
 * The shape of what is stored as JSON, checked before it is written and again after it is read.
 * These are the record's types at run time; the rules of each field are the callers'.
 */

const timeMs = z.int();
const id = z.string().min(1).max(128);
const text = z.string().max(4_096);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);
const datum = z.enum(["WGS84", "GCJ02", "BD09"]);
const purpose = z.literal("PUBLIC_SAFETY");

const position: z.ZodType<Position> = z.object({
  latitude,
  longitude,
  original: z.object({ latitude: z.number(), longitude: z.number(), datum }).exactOptional(),
});

export const operatorSchema: z.ZodType<Operator> = z.object({ name: text, contact: text });

export const zoneSchema: z.ZodType<Zone> = z.object({
  zoneId: id,
  displayName: text,
  state: z.enum(["DRAFT", "REGISTERED", "ACTIVE", "SUSPENDED", "CLOSED"]),
  placeType: z.enum(placeTypes),
  purpose,
  necessity: text,
  geofence: z.object({
    polygons: z.array(z.array(z.array(z.tuple([longitude, latitude])))),
    original: z.object({ datum, geojson: z.string() }).exactOptional(),
  }),
  entrances: z.array(z.object({ entranceId: id, displayName: text, position })),
  validFromMs: timeMs,
  validUntilMs: timeMs,
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
});

export const signSchema: z.ZodType<Sign> = z.object({
  signId: id,
  zoneId: id,
  entranceId: id,
  position,
  photoSha256: sha256,
  installedAtMs: timeMs,
});

export const cameraSchema: z.ZodType<Camera> = z.object({
  cameraId: id,
  zoneId: id,
  displayName: text,
  position: position.nullable(),
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
  z.object({ kind: z.literal("consent"), givenAtMs: timeMs, evidenceSha256: sha256 }),
  z.object({ kind: z.literal("law"), citation: text }),
]);

/** Bytes of one sealed field at most. */
export const sealedSizeBytesMax = 65_536;
const sealed = z
  .instanceof(Uint8Array)
  .refine((bytes) => bytes.length > 0 && bytes.length <= sealedSizeBytesMax, {
    error: `must be 1 to ${sealedSizeBytesMax} bytes`,
  });

/** Galleries of one person at most. */
export const galleriesPerPersonMax = 64;
/** Templates of one person at most. */
export const templatesPerPersonMax = 64;

export const personSchema = z.object({
  personId: id,
  wrappedKey: sealed,
  sealedDetails: sealed,
  lawfulBasis: lawfulBasisSchema,
  retentionDeadlineMs: timeMs,
  createdAtMs: timeMs,
  galleryIds: z.array(id).max(galleriesPerPersonMax),
});

export const templateSchema = z.object({
  templateId: id,
  personId: id,
  modelPack: id,
  sealed,
  createdAtMs: timeMs,
});

/**
 * Checks a record before it is written and drops fields that it does not have.
 *
 * @throws StoreError RECORD_INVALID: the caller has let something through
 */
export function checked<T>(kind: string, schema: z.ZodType<T>, record: T): T {
  const result = schema.safeParse(record);
  if (result.success) return result.data;
  throw new StoreError(
    "RECORD_INVALID",
    `This ${kind} is not fit to be stored (${faults(result.error)}). Nothing was written.`,
  );
}

/** The JSON of a record, checked. */
export function toBody<T>(kind: string, schema: z.ZodType<T>, record: T): string {
  return JSON.stringify(checked(kind, schema, record));
}

/**
 * Reads a record back, and checks that it is the one its row says.
 *
 * @param isThisRow true when the record's ids are those of the row's key columns
 * @throws StoreError CORRUPT
 */
export function fromBody<T>(
  kind: string,
  schema: z.ZodType<T>,
  body: string,
  isThisRow: (record: T) => boolean,
): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success && isThisRow(parsed.data)) return parsed.data;
  const what = parsed.success ? "it is another row's" : faults(parsed.error);
  throw new StoreError(
    "CORRUPT",
    `A ${kind} in the database does not read as one (${what}). Keep a copy of the database, then ` +
      "restore the latest back-up.",
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Where and what, never the values themselves. */
function faults(error: z.ZodError): string {
  return error.issues
    .slice(0, 4)
    .map((issue) => `${issue.path.join(".") || "record"}: ${issue.code}`)
    .join("; ");
}
