import type { AuditRecord__Output } from "../api/generated/cordon/v1/AuditRecord.js";
import { instant } from "./output.js";

/** Characters of a short summary. */
const SUMMARY_CHARACTERS_MAX = 160;

/** A record as JSON for programs: its details as an object, without the line of the log. */
export function recordJson(record: AuditRecord__Output): object {
  const { seq, time, act, actorName, actorRole, actorAddress, hash } = record;
  const actor = { name: actorName, role: actorRole, address: actorAddress };
  return { seq, time: instant(time), act, actor, details: detailsOf(record), hash };
}

/** What comes first of what a record is about: how it ended, where, who. */
const firstMembers = ["outcome", "reason", "reasons", "cause", "zoneId", "cameraId", "faces"];

/** What a record is about, in one line for people. */
export function summarise(record: AuditRecord__Output): string {
  const details = detailsOf(record);
  const names = new Set([...firstMembers, "personId", ...Object.keys(details)]);
  const parts = [...names].map((name) =>
    name === "faces" ? facesOf(details[name]) : part(name, details[name]),
  );
  return parts.filter((each) => each !== "").join("  ");
}

/** The same, cut for a table: the whole is in --json. */
export function summariseShortly(record: AuditRecord__Output): string {
  const line = summarise(record);
  if (line.length <= SUMMARY_CHARACTERS_MAX) return line;
  return `${line.slice(0, SUMMARY_CHARACTERS_MAX - 1)}…`;
}

type Details = Readonly<Record<string, unknown>>;

function detailsOf({ detailsJson }: AuditRecord__Output): Details {
  try {
    const value: unknown = JSON.parse(detailsJson);
    return typeof value === "object" && value !== null ? (value as Details) : {};
  } catch {
    return {};
  }
}

/** `zoneId: "gate-4"` as `zone gate-4`; nothing for what says nothing. */
function part(name: string, value: unknown): string {
  if (
    value === undefined ||
    value === null ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  )
    return "";
  const label = name
    .replace(/(Ids?|Ms)$/, "")
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${label} ${shown(name, value)}`;
}

function shown(name: string, value: unknown): string {
  if (typeof value === "number" && name.endsWith("Ms")) return instantOfMs(value);
  if (typeof value === "string" || typeof value === "number") return `${value}`;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.join(", ");
  }
  return JSON.stringify(value);
}

function instantOfMs(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms}` : date.toISOString();
}

/** Each face's decision, with its candidates, the best first. */
function facesOf(faces: unknown): string {
  if (!Array.isArray(faces)) return "";
  if (faces.length === 0) return "no face";
  return faces.map(faceOf).join("; ");
}

function faceOf(face: { decision?: unknown; candidates?: unknown } | null): string {
  const list = Array.isArray(face?.candidates) ? face.candidates : [];
  const candidates = (list as { personId?: unknown; score?: unknown }[]).map(
    ({ personId, score }) => `${String(personId)} ${String(score)}`,
  );
  return [String(face?.decision ?? ""), candidates.join(", ")].join(" ").trim();
}
