import { CordonError } from "../base/errors.js";
import type { Caller, Role } from "./access.js";

/** What a call does, as far as access is concerned. */
export const acts = [
  "identify",
  "enrol",
  "erase",
  "read",
  "read-persons",
  "report-persons",
  "read-receipts",
  "read-duplicates",
  "decide-duplicates",
  "manage-zones",
  "manage-galleries",
  "manage-compliance",
  "manage-operator",
  "manage-filing",
  "manage-keys",
  "backup",
  "audit",
] as const;
export type Act = (typeof acts)[number];

/** The same, as a denial says it. */
const inWords: Readonly<Record<Act, string>> = {
  identify: "identify faces",
  enrol: "enrol persons",
  erase: "erase persons",
  read: "read records",
  "read-persons": "see who is enrolled",
  "report-persons": "see everything that is held about a person",
  "read-receipts": "get the receipts of erasures",
  "read-duplicates": "see likely duplicates",
  "decide-duplicates": "decide who is one and the same person",
  "manage-zones": "change zones, signs and cameras",
  "manage-galleries": "change galleries",
  "manage-compliance": "change notices, assessments and safeguards",
  "manage-operator": "change the operator",
  "manage-filing": "take steps of the filing",
  "manage-keys": "change keys",
  backup: "make back-ups",
  audit: "read the audit",
};

/**
 * What each role may do: the least that its work needs. A camera identifies, for itself alone; who
 * enrols people does not decide where they are searched for, nor, past the enrolment itself, who is
 * one and the same; who runs the zones does not approve that they are lawful, and who approves it
 * searches nobody; who inspects changes nothing.
 */
export const permissions: Readonly<Record<Role, readonly Act[]>> = {
  camera: ["identify"],
  enroller: ["enrol", "erase", "read", "read-persons", "read-receipts", "read-duplicates"],
  operator: ["identify", "read", "manage-zones", "manage-galleries"],
  "compliance-officer": [
    "read",
    "read-receipts",
    "read-duplicates",
    "decide-duplicates",
    "manage-compliance",
    "manage-filing",
    "audit",
  ],
  inspector: [
    "read",
    "read-persons",
    "report-persons",
    "read-receipts",
    "read-duplicates",
    "audit",
  ],
  administrator: acts,
};

export interface Denial {
  readonly reason: "ROLE_NOT_ALLOWED" | "CAMERA_NOT_CALLERS";
  /** For the caller: what is wrong and what to do. */
  readonly message: string;
}

/**
 * Null when the caller may do this, else why not.
 * @param cameraId camera that an identification speaks for; a caller of role `camera` must name
 *   its own
 */
export function authorise(caller: Caller, act: Act, cameraId?: string): Denial | null {
  const denial = authoriseAct(caller, act);
  if (denial !== null || caller.role !== "camera") return denial;
  if (caller.cameraId !== null && caller.cameraId === cameraId) return null;
  return {
    reason: "CAMERA_NOT_CALLERS",
    message:
      caller.cameraId === null
        ? "This caller's token names no camera, so it may identify for none."
        : `This caller may identify only for its own camera, "${caller.cameraId}".`,
  };
}

/** The same before it is known which camera it is for: a stream names one with each message. */
export function authoriseAct(caller: Caller, act: Act): Denial | null {
  if (permissions[caller.role].includes(act)) return null;
  const able = Object.entries(permissions).filter(([, allowed]) => allowed.includes(act));
  return {
    reason: "ROLE_NOT_ALLOWED",
    message:
      `The role ${caller.role} may not ${inWords[act]}. ` +
      `These may: ${able.map(([role]) => role).join(", ")}.`,
  };
}

/** A denial as the error that leaves the engine: PERMISSION_DENIED. */
export function denialError({ reason, message }: Denial): CordonError {
  return new CordonError({ status: "PERMISSION_DENIED", reason, message });
}
