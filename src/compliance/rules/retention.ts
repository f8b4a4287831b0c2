import { purposes } from "../../store/records.js";
import type { Facts } from "../facts.js";
import { broken, kept, nothing } from "../violation.js";
import { remedyCall } from "./enrolment.js";
import { instantText } from "./instant.js";
import type { Enrolment, Rule } from "./rule.js";

const article = "Art. 8";
const subject = "enrolment/retention_deadline";
const DAY_MS = 86_400_000;

/** Longest retention, days, for galleries that no zone may search yet. */
export const RETENTION_DAYS_DEFAULT_MAX = 365;

/** The day on which the templates go is set, and lies ahead. */
export const retentionSet: Rule<Enrolment> = {
  reasons: ["RETENTION_MISSING"],
  article,
  check(_facts, { retentionDeadlineMs }, nowMs) {
    const what = { reason: "RETENTION_MISSING", article, subject } as const;
    if (isAhead(retentionDeadlineMs, nowMs)) {
      const description = "The enrolment says when the templates must be gone.";
      return [kept({ ...what, description }, [], retentionDeadlineMs)];
    }
    const description =
      retentionDeadlineMs === null
        ? "The enrolment does not say when the templates must be gone."
        : "The retention deadline is not in the future.";
    const remedy = `Set retention_deadline to the shortest time that serves the purpose ${remedyCall}.`;
    return [broken({ ...what, description, remedy })];
  },
};

/** The templates go no later than every zone that may search them wants. */
export const retentionBounded: Rule<Enrolment> = {
  reasons: ["RETENTION_TOO_LONG"],
  article,
  check(facts, enrolment, nowMs) {
    const { retentionDeadlineMs } = enrolment;
    if (!isAhead(retentionDeadlineMs, nowMs)) return nothing;
    const { days, record } = longestRetention(facts, enrolment);
    const latestMs = nowMs + days * DAY_MS;
    const what = { reason: "RETENTION_TOO_LONG", article, subject } as const;
    if (retentionDeadlineMs <= latestMs) {
      const description = `The templates are kept no longer than ${days} days.`;
      return [kept({ ...what, description }, record)];
    }
    const description = `The templates would be kept longer than the ${days} days allowed.`;
    const remedy = `Set retention_deadline to ${instantText(latestMs)} or before ${remedyCall}.`;
    return [broken({ ...what, description, remedy }, record)];
  },
};

function isAhead(deadlineMs: number | null, nowMs: number): deadlineMs is number {
  return deadlineMs !== null && Number.isFinite(deadlineMs) && deadlineMs > nowMs;
}

/**
 * The least that a zone allows which may search the galleries, for whatever purpose: a template is
 * found for every one of them. Closed zones search no more.
 */
function longestRetention(facts: Facts, { galleryIds }: Enrolment) {
  let days = Infinity;
  let record: readonly string[] = [];
  for (const galleryId of galleryIds) {
    for (const purpose of purposes) {
      for (const zone of facts.zonesSearching(galleryId, purpose)) {
        if (zone.state === "CLOSED" || zone.retentionDaysMax >= days) continue;
        days = zone.retentionDaysMax;
        record = [`zone/${zone.zoneId}`];
      }
    }
  }
  return days === Infinity ? { days: RETENTION_DAYS_DEFAULT_MAX, record } : { days, record };
}
