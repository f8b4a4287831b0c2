import { z } from "zod";
import {
  type DayCount,
  type FilingEvent,
  type FilingSnapshot,
  filingSections,
  type HandlingRules,
  type WorkCalendar,
} from "./filing-records.js";
import { sha256, sha256OrEmpty, text, timeMs } from "./schemas.js";

/** The shape of what is stored of the filing. The rules of each field are the callers'. */

/** Entries of one list of a calendar at most. */
export const calendarEntriesMax = 366;
/** Characters of one part of the handling rules at most. */
export const handlingRulesPartLengthMax = 16_384;

const snapshot: z.ZodType<FilingSnapshot> = z.object({
  operator: sha256,
  purpose: sha256,
  method: sha256,
  rules: sha256,
  security: sha256,
  assessment: sha256,
});

const common = { atMs: timeMs, actor: text, note: text };
const numbered = { ...common, number: text };

export const filingEventSchema: z.ZodType<FilingEvent> = z.discriminatedUnion("kind", [
  z.object({ ...common, kind: z.literal("THRESHOLD_REACHED"), threshold: z.int().min(1) }),
  z.object({ ...numbered, kind: z.literal("SUBMITTED"), snapshot }),
  z.object({ ...numbered, kind: z.literal("FILED") }),
  z.object({ ...common, kind: z.literal("RETURNED") }),
  z.object({
    ...common,
    kind: z.literal("CHANGED"),
    sections: z.array(z.enum(filingSections)).min(1).max(filingSections.length),
  }),
  z.object({ ...numbered, kind: z.literal("CHANGE_SUBMITTED"), snapshot }),
  z.object({ ...numbered, kind: z.literal("CHANGE_FILED") }),
  z.object({ ...common, kind: z.literal("USE_ENDED") }),
  z.object({ ...numbered, kind: z.literal("CANCELLATION_SUBMITTED") }),
  z.object({ ...numbered, kind: z.literal("CANCELLED") }),
]);

const entries = z.array(z.string().min(1).max(32)).max(calendarEntriesMax);
export const calendarSchema: z.ZodType<WorkCalendar> = z.object({
  year: z.int().min(1970).max(9999),
  off: entries,
  work: entries,
  source: text,
});

const part = z.string().max(handlingRulesPartLengthMax);
export const handlingRulesSchema: z.ZodType<HandlingRules> = z.object({
  collection: part,
  storage: part,
  use: part,
  transfer: part,
  deletion: part,
  authorisation: part,
  incidentResponse: part,
  intrusionDetection: part,
  documentSha256: sha256OrEmpty,
  approver: text,
  approvedAtMs: timeMs,
});

export const dayCountSchema: z.ZodType<DayCount> = z.object({
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  persons: z.int().min(0),
});
