/** What is stored of the filing (the Measures, Art. 15). */

/** A day in Asia/Shanghai, YYYY-MM-DD. */
export type Day = string;

/** Working days of one year, as the State Council's General Office publishes them. */
export interface WorkCalendar {
  readonly year: number;
  /** Days off, "MM-DD" or "MM-DD..MM-DD" (both ends off). Weekends are off by themselves. */
  readonly off: readonly string[];
  /** Weekend days that are worked, "MM-DD". */
  readonly work: readonly string[];
  /** Where it comes from. */
  readonly source: string;
}

export const filingSections = [
  "operator",
  "purpose",
  "method",
  "rules",
  "security",
  "assessment",
] as const;
/** A part of what was filed whose change is material. */
export type FilingSection = (typeof filingSections)[number];

/** SHA-256 of each part of what is filed, lower-case hex. */
export type FilingSnapshot = Readonly<Record<FilingSection, string>>;

/** What happened to the filing, kept for ever, in order. */
export type FilingEvent = {
  readonly atMs: number;
  /** Who recorded it; "cordon" for what the server saw itself. */
  readonly actor: string;
  readonly note: string;
} & (
  | { readonly kind: "THRESHOLD_REACHED"; readonly threshold: number }
  | { readonly kind: "SUBMITTED"; readonly number: string; readonly snapshot: FilingSnapshot }
  | { readonly kind: "FILED"; readonly number: string }
  | { readonly kind: "RETURNED" }
  /** Something material changed; the first since the last change was submitted starts the clock. */
  | { readonly kind: "CHANGED"; readonly sections: readonly FilingSection[] }
  | {
      readonly kind: "CHANGE_SUBMITTED";
      readonly number: string;
      readonly snapshot: FilingSnapshot;
    }
  | { readonly kind: "CHANGE_FILED"; readonly number: string }
  | { readonly kind: "USE_ENDED" }
  | { readonly kind: "CANCELLATION_SUBMITTED"; readonly number: string }
  | { readonly kind: "CANCELLED"; readonly number: string }
);
export type FilingEventKind = FilingEvent["kind"];

/** Persons stored at the end of one day. */
export interface DayCount {
  readonly day: Day;
  readonly persons: number;
}

/** How face information is handled here (Art. 15 (4)): what no other record holds. */
export interface HandlingRules {
  readonly collection: string;
  readonly storage: string;
  readonly use: string;
  readonly transfer: string;
  readonly deletion: string;
  readonly authorisation: string;
  readonly incidentResponse: string;
  readonly intrusionDetection: string;
  /** SHA-256 of the signed document, lower-case hex; empty when there is none. */
  readonly documentSha256: string;
  readonly approver: string;
  readonly approvedAtMs: number;
}
