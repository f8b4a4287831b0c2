import type { AuditRecord, JsonValue } from "./audit.js";
import { recordOffset } from "./record.js";

/**
 * The record of a line whose form and hash were checked; null when its content is none.
 *
 * @param bytes that hold the line from `from` to `to`, its newline not included
 */
export function parseRecord(bytes: Buffer, from: number, to: number): AuditRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8", from + recordOffset, to - 1));
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const { act, actor, details, seq, timeMs, v } = value;
  if (v !== 1 || typeof act !== "string" || !isObject(actor) || !isObject(details)) return null;
  if (typeof seq !== "number" || typeof timeMs !== "number") return null;
  const { name, role, address } = actor;
  if (typeof name !== "string" || typeof role !== "string" || typeof address !== "string") {
    return null;
  }
  return { act, actor: { name, role, address }, details, seq, timeMs };
}

/** What JSON.parse gives for an object holds JSON and nothing else. */
export type JsonObject = { readonly [key: string]: JsonValue };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
