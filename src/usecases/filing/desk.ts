import type { Audit } from "../../audit/audit.js";
import type { Clock } from "../../base/clock.js";
import type { FactsWriter } from "../../compliance/facts.js";
import { shippedCalendars } from "../../filing/calendar-data.js";
import type { FilingPolicy } from "../../filing/filing.js";
import type {
  DayCount,
  FilingEvent,
  HandlingRules,
  WorkCalendar,
} from "../../store/filing-records.js";
import type { Store } from "../../store/store.js";
import type { Metrics } from "../../telemetry/metrics.js";
import type { AuditCheck } from "./audit-check.js";
import { type Crossing, createCrossing } from "./crossing.js";
import { createDossierLine, type DossierLine } from "./dossier-line.js";
import { createPersonCount, type PersonCount } from "./person-count.js";
import type { SecurityPosture } from "./security.js";
import { refreshFiling } from "./status.js";
import { createWatchers, type Watchers } from "./watchers.js";

export interface FilingOptions {
  /** 1 to 100,000. */
  readonly thresholdPersons: number;
  readonly policy: FilingPolicy;
  /** Those that came with this version, and those of the configured folder. */
  readonly calendars: readonly WorkCalendar[];
  /** What the configuration has in force to guard faces. */
  readonly posture: SecurityPosture;
}

/** What the server has of the filing at hand; brought up to the store by `startFiling`. */
export interface FilingDesk {
  readonly options: FilingOptions;
  readonly count: PersonCount;
  readonly crossing: Crossing;
  readonly watchers: Watchers;
  readonly book: FilingBook;
  readonly dossiers: DossierLine;
}

/** The records of the filing in memory: the store first, then here. */
export interface FilingBook {
  /** In the order in which they were appended. */
  events: readonly FilingEvent[];
  /** All that are known, by year. */
  calendars: readonly WorkCalendar[];
  handlingRules: HandlingRules | null;
  /** Those that the forecast looks at, oldest first. */
  dayCounts: readonly DayCount[];
  /** Enrolments past their retention deadline, as they were last counted. */
  overdueErasures: number;
  /** What the last check of the whole audit said since the start; null before one. */
  auditCheck: AuditCheck | null;
  /** State of the records for which material changes were looked for last; -1 for none. */
  checkedRevision: number;
}

export function createFilingDesk(
  parts: {
    readonly store: Pick<Store, "appendFilingEvent">;
    readonly audit: Pick<Audit, "append">;
    readonly clock: Clock;
    readonly facts: FactsWriter;
    readonly metrics: Metrics;
  },
  options: FilingOptions,
): FilingDesk {
  const { store, audit, clock, facts, metrics } = parts;
  const book: FilingBook = {
    events: [],
    calendars: options.calendars,
    handlingRules: null,
    dayCounts: [],
    overdueErasures: 0,
    auditCheck: null,
    checkedRevision: -1,
  };
  const crossing = createCrossing({
    store,
    audit,
    threshold: options.thresholdPersons,
    onStored(event) {
      book.events = [...book.events, event];
      refreshFiling({ filing: desk, clock, facts, metrics });
    },
  });
  const count = createPersonCount(clock, metrics);
  const watchers = createWatchers();
  const dossiers = createDossierLine();
  const desk: FilingDesk = { options, count, crossing, watchers, book, dossiers };
  return desk;
}

/** True for a calendar that came with this version and was not replaced. */
export function isShipped(calendar: WorkCalendar): boolean {
  return shippedCalendars.includes(calendar);
}
