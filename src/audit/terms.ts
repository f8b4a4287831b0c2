import type { AuditEvent, AuditFilter, AuditRecord, JsonValue } from "./audit.js";
import { detailsDepthMax } from "./canonical.js";
import { isObject, type JsonObject } from "./parse-record.js";

/** What records are looked up by, apart from their time. Each hashes its values apart. */
const seeds = { act: 1, actor: 2, zone: 3, camera: 4, person: 5, reason: 6 } as const;
export type TermKind = keyof typeof seeds;

/** Any of the values of one kind. */
export interface Condition {
  readonly kind: TermKind;
  readonly values: ReadonlySet<string>;
}

/** Members of `details` that name something, wherever they stand; a string or a list of them. */
const kindsOfKeys: ReadonlyMap<string, TermKind> = new Map([
  ["zoneId", "zone"],
  ["zoneIds", "zone"],
  ["cameraId", "camera"],
  ["cameraIds", "camera"],
  ["personId", "person"],
  ["personIds", "person"],
  ["rowId", "person"],
  ["rowIds", "person"],
  ["distinctFrom", "person"],
  ["reason", "reason"],
  ["reasons", "reason"],
]);
/** What somebody asked the audit itself for: who looked for a person did nothing to them. */
const filterKey = "filter";
/** `duplicatePersonId`, `mergedPersonIds` and the like: a person's right to know misses none. */
const personSuffix = /PersonIds?$/;

/**
 * Calls for every term of a record: its act and each beginning of it up to a dot, its actor, and
 * what its details name.
 */
export function visitTerms({ act, actor, details }: AuditEvent, visit: Visit): void {
  visit("act", act);
  for (let dot = act.indexOf("."); dot >= 0; dot = act.indexOf(".", dot + 1)) {
    visit("act", act.slice(0, dot + 1));
  }
  visit("actor", actor.name);
  visitDetails(details, visit);
}

type Visit = (kind: TermKind, value: string) => void;

function visitDetails(details: JsonObject, visit: Visit, depth = 0): void {
  for (const key in details) {
    if (depth === 0 && key === filterKey) continue;
    const value = details[key];
    if (typeof value === "string") {
      const kind = kindOf(key);
      if (kind !== undefined) visit(kind, value);
    } else if (isList(value)) {
      visitList(value, kindOf(key), visit, depth + 1);
    } else if (isObject(value) && depth < detailsDepthMax) {
      visitDetails(value, visit, depth + 1);
    }
  }
}

function visitList(
  values: readonly JsonValue[],
  kind: TermKind | undefined,
  visit: Visit,
  depth: number,
): void {
  if (depth > detailsDepthMax) return;
  for (const value of values) {
    if (typeof value === "string") {
      if (kind !== undefined) visit(kind, value);
    } else if (isList(value)) {
      visitList(value, undefined, visit, depth + 1);
    } else if (isObject(value)) {
      visitDetails(value, visit, depth + 1);
    }
  }
}

function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function kindOf(key: string): TermKind | undefined {
  return kindsOfKeys.get(key) ?? (personSuffix.test(key) ? "person" : undefined);
}

/** What a filter asks for, apart from the time. */
export function conditionsOf(filter: AuditFilter): readonly Condition[] {
  const { act, actor, zoneId, cameraId, personIds, reason } = filter;
  const asked: readonly (readonly [TermKind, readonly (string | undefined)[] | undefined])[] = [
    ["person", personIds],
    ["camera", [cameraId]],
    ["zone", [zoneId]],
    ["reason", [reason]],
    ["actor", [actor]],
    ["act", [act]],
  ];
  return asked
    .filter(([, values]) => values !== undefined && !values.includes(undefined))
    .map(([kind, values = []]) => ({ kind, values: new Set(values as readonly string[]) }));
}

/** Whether a record is what was asked for. */
export function fits(
  record: AuditRecord,
  conditions: readonly Condition[],
  { fromMs, untilMs }: AuditFilter,
): boolean {
  if (fromMs !== undefined && record.timeMs < fromMs) return false;
  if (untilMs !== undefined && record.timeMs >= untilMs) return false;
  const open = new Set(conditions);
  if (open.size > 0) {
    visitTerms(record, (kind, value) => {
      for (const condition of open) {
        if (condition.kind === kind && condition.values.has(value)) open.delete(condition);
      }
    });
  }
  return open.size === 0;
}

/**
 * A term in 32 bits (FNV-1a over the code units, with the last mixing of MurmurHash3). Two terms
 * may share it: whoever finds a record by it looks into the record.
 */
export function hashTerm(kind: TermKind, value: string): number {
  let hash = Math.imul(0x811c9dc5 ^ seeds[kind], 0x01000193);
  for (let at = 0; at < value.length; at++) {
    hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The terms of conditions: one of each list must be there. */
export function hashConditions(conditions: readonly Condition[]): readonly (readonly number[])[] {
  return conditions.map(({ kind, values }) => [
    ...new Set(Array.from(values, (value) => hashTerm(kind, value))),
  ]);
}
