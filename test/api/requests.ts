import fc from "fast-check";
import { loadServices } from "../../src/transport/proto.js";
import { everyItem, inside, plaza } from "../e2e/harness.js";
import type { WireMethod } from "../usecases/direct-client.js";
import { START_MS } from "../usecases/engine.js";
import { modelPack, oneVector } from "../usecases/spies.js";

/** The part of a protobuf descriptor that requests are made by. */
interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}

/** Messages within messages beyond this are left out. */
const DEPTH_MAX = 5;

/**
 * Requests of any method, made by its descriptor alone, so that a method that is added to the
 * proto is walked too: any subset of its fields, each plausible or hostile.
 */
export function anyRequest({ definition }: WireMethod): fc.Arbitrary<object> {
  return anyMessage(fieldsOfType(definition), 0);
}

/** The request with every field, each as a well-meaning caller would fill it. */
export function plausibleRequest({ definition }: WireMethod): object {
  return plausibleMessage(fieldsOfType(definition), 0);
}

function fieldsOfType(definition: WireMethod["definition"]): readonly Field[] {
  const { requestType } = definition as unknown as {
    readonly requestType: { readonly type: { readonly field: readonly Field[] } };
  };
  return requestType.type.field;
}

function typeOf(name: string) {
  const { packageDefinition } = loadServices();
  const found = packageDefinition[`cordon.v1.${name}`] ?? packageDefinition[name];
  if (found === undefined) throw new Error(`no type ${name}`);
  return found.type as {
    readonly field?: readonly Field[];
    readonly value?: readonly { readonly name: string }[];
  };
}

function anyMessage(fields: readonly Field[], depth: number): fc.Arbitrary<object> {
  if (depth > DEPTH_MAX) return fc.constant({});
  const values = fields.map((field) => [field.name, anyValue(field, depth)] as const);
  return fc.record(Object.fromEntries(values), { requiredKeys: [] });
}

function anyValue(field: Field, depth: number): fc.Arbitrary<unknown> {
  const one = fc.oneof(
    { weight: 3, arbitrary: fc.constant(plausibleValue(field, depth)) },
    { weight: 2, arbitrary: hostileValue(field, depth) },
  );
  return isRepeated(field) ? fc.array(one, { maxLength: 3 }) : one;
}

function plausibleMessage(fields: readonly Field[], depth: number): object {
  if (depth > DEPTH_MAX) return {};
  const entries = fields.map((field) => {
    const known = lists[field.name];
    const value = plausibleValue(field, depth);
    return [field.name, isRepeated(field) ? (known ?? [value]) : value];
  });
  return Object.fromEntries(entries);
}

function isRepeated({ label }: Field): boolean {
  return label === "LABEL_REPEATED";
}

function plausibleValue(field: Field, depth: number): unknown {
  const { name, type, typeName } = field;
  if (name in words) return words[name];
  if (typeName === "Embedding") return embedding;
  if (typeName === "Position") return inside;
  if (typeName === "google.protobuf.Timestamp") return instants[name] ?? timestampOf(START_MS);
  if (type === "TYPE_MESSAGE") return plausibleMessage(typeOf(typeName).field ?? [], depth + 1);
  if (type === "TYPE_ENUM") return typeOf(typeName).value?.[1]?.name;
  if (type === "TYPE_BYTES") return Buffer.alloc(32, 7);
  if (type === "TYPE_BOOL") return false;
  return type === "TYPE_STRING" ? "some words" : 1;
}

function hostileValue({ type, typeName }: Field, depth: number): fc.Arbitrary<unknown> {
  if (type === "TYPE_MESSAGE") {
    return fc.oneof(anyMessage(typeOf(typeName).field ?? [], depth + 1), fc.constant({}));
  }
  if (type === "TYPE_ENUM") {
    return fc.constantFrom(
      0,
      99,
      2 ** 31 - 1,
      ...(typeOf(typeName).value ?? []).map((v) => v.name),
    );
  }
  if (type === "TYPE_BYTES") {
    return fc.constantFrom(0, 1, 31, 33, 100_000).map((size) => Buffer.alloc(size, 0xff));
  }
  if (type === "TYPE_BOOL") return fc.boolean();
  if (type === "TYPE_STRING") return fc.constantFrom(...hostileTexts);
  if (type === "TYPE_DOUBLE" || type === "TYPE_FLOAT") {
    return fc.constantFrom(0, -1, 91, 1e308, Number.NaN, Number.POSITIVE_INFINITY);
  }
  const numbers = type === "TYPE_INT64" ? [0, -1, 1e15, -1e15] : [0, 1, 1001, 2 ** 31 - 1];
  return fc.constantFrom(...numbers);
}

const hostileTexts = [
  "",
  " ",
  "plaza/gate-1",
  "../../etc/passwd",
  "'; DROP TABLE zones; --",
  "\u0000",
  "__proto__",
  "{",
  '{"type":"Polygon","coordinates":[]}',
  "x".repeat(50_000),
  "人".repeat(5_000),
] as const;

function timestampOf(ms: number) {
  return { seconds: Math.floor(ms / 1000), nanos: 0 };
}

const HALF_YEAR_MS = 180 * 86_400_000;
const instants: Readonly<Record<string, object>> = {
  validUntil: timestampOf(START_MS + HALF_YEAR_MS),
  retentionDeadline: timestampOf(START_MS + HALF_YEAR_MS),
};
const embedding = { modelPack, values: [...oneVector()] };

/** What a well-meaning caller says, by the name of the field. */
const words: Readonly<Record<string, unknown>> = {
  zoneId: "plaza",
  cameraId: "gate-1",
  galleryId: "watch",
  noticeId: "plaza-notice",
  assessmentId: "first-use",
  incidentId: "leak",
  methodId: "by-hand",
  basisId: "law",
  signId: "east-1",
  entranceId: "east",
  areaId: "toilets",
  language: "zh-CN",
  geofenceGeojson: plaza.geofenceGeojson,
  geojson: plaza.geofenceGeojson,
  fieldOfViewGeojson: "",
  unifiedSocialCreditCode: "",
  birthDate: "1990-02-03",
  version: 0,
  noticeVersion: 1,
  pageToken: "",
  topK: 1,
  threshold: 0.5,
  // Nothing is said about a likely duplicate, since there is none.
  linkToPersonId: undefined,
  confirmDistinct: undefined,
  reviewId: undefined,
};

/** Lists that are not just one of the value. */
const lists: Readonly<Record<string, readonly unknown[]>> = {
  galleryIds: ["watch"],
  // A person alone, or several, and never both.
  persons: [],
  zoneIds: ["plaza"],
  items: everyItem,
  permittedNetworks: ["10.0.0.0/8"],
  networks: ["203.0.113.0/24"],
  privateAreas: [],
  paths: [],
  sources: [{ image: Buffer.alloc(32, 7) }],
};
