import { withCalendar } from "../../filing/calendar.js";
import { FORECAST_WINDOW_DAYS } from "../../filing/forecast.js";
import type { FilingEvent } from "../../store/filing-records.js";
import type { Engine } from "../engine.js";
import { REACHED_ACT, type ReachedEvent, reachedAt } from "./crossing.js";
import { countStored } from "./recount.js";
import { currentStatus } from "./status.js";

/** Records of the audit are kept for three years at least: an older one may be gone. */
const AUDIT_KEPT_MS = 1_096 * 86_400_000;

/**
 * Brings what is at hand of the filing up to the store, counts who is stored, and puts the first
 * reaching of the threshold on record where a crash prevented it. Runs at start, after store and
 * audit were held against one another, and before any call.
 */
export async function startFiling(engine: Engine): Promise<void> {
  const { store, filing } = engine;
  const { book, options, count } = filing;
  book.events = await store.listFilingEvents();
  book.calendars = (await store.listCalendars()).reduce(withCalendar, options.calendars);
  book.handlingRules = await store.getHandlingRules();
  book.dayCounts = await store.listDayCounts(FORECAST_WINDOW_DAYS);
  count.set(await countStored(engine));
  await recoverCrossing(engine);
  await currentStatus(engine);
}

async function recoverCrossing(engine: Engine): Promise<void> {
  const { filing, clock } = engine;
  const { crossing, count, options, book } = filing;
  const stored = book.events.find(isReached);
  const audited = await auditedCrossing(engine);
  if (stored !== undefined) {
    const isPruned = stored.atMs < clock.nowMs() - AUDIT_KEPT_MS;
    const isAudited = audited !== null || isPruned;
    await crossing.restore({ event: stored, stored: true, audited: isAudited });
  } else if (audited !== null) {
    // A crash came between the two, or an older database was put back: it stays reached.
    await crossing.restore({ event: audited, stored: false, audited: true });
  } else if (count.persons >= options.thresholdPersons) {
    const atMs = (await newestEnrolmentMs(engine)) ?? clock.nowMs();
    const event = reachedAt(options.thresholdPersons, atMs);
    await crossing.restore({ event, stored: false, audited: false });
  }
}

function isReached(event: FilingEvent): event is ReachedEvent {
  return event.kind === "THRESHOLD_REACHED";
}

/** What the audit has of it; null when it has nothing. */
async function auditedCrossing({
  audit,
  filing,
}: Pick<Engine, "audit" | "filing">): Promise<ReachedEvent | null> {
  for await (const { record } of audit.query({ act: REACHED_ACT }, 0)) {
    const { atMs, threshold } = record.details;
    return reachedAt(
      typeof threshold === "number" ? threshold : filing.options.thresholdPersons,
      typeof atMs === "number" ? atMs : record.timeMs,
    );
  }
  return null;
}

/** When the newest of those who are stored was enrolled: the threshold was not reached later. */
async function newestEnrolmentMs({ store }: Pick<Engine, "store">): Promise<number | null> {
  const { templateSeq } = await store.newestSeqs();
  if (templateSeq === 0) return null;
  const [newest] = await store.listPersonsAfter(templateSeq - 1, 1);
  if (newest === undefined) return null;
  return (await store.getPerson(newest.personId))?.createdAtMs ?? null;
}
