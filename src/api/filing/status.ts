import type { FilingClock, FilingStatus, Forecast } from "../../filing/filing.js";
import type { FilingEvent } from "../../store/filing-records.js";
import type { FilingClock as ClockMessage } from "../generated/cordon/v1/FilingClock.js";
import type { FilingEvent as EventMessage } from "../generated/cordon/v1/FilingEvent.js";
import type { FilingForecast as ForecastMessage } from "../generated/cordon/v1/FilingForecast.js";
import type { FilingStatus as StatusMessage } from "../generated/cordon/v1/FilingStatus.js";
import { toTimestamp, toTimestampOrNull } from "../mapping.js";

export function fromStatus(status: FilingStatus): StatusMessage {
  const { state, persons, templates, threshold, fraction, belowAgain, policy } = status;
  const { enrolmentBlocked, queriesBlocked, nextSteps, overdueErasures } = status;
  return {
    state: `FILING_STATE_${state}`,
    ...{ persons, templates, threshold, fraction, belowAgain, policy },
    ...{ enrolmentBlocked, queriesBlocked, overdueErasures },
    reachTime: toTimestampOrNull(status.reachedAtMs),
    clocks: status.clocks.map(fromClock),
    forecast: fromForecast(status.forecast),
    events: status.events.map(fromEvent),
    nextSteps: [...nextSteps],
    calendarHorizon: status.horizon ?? "",
  };
}

function fromClock(clock: FilingClock): ClockMessage {
  const { kind, startDay, day, provisional, workingDaysLeft, overdue } = clock;
  return {
    kind: `FILING_CLOCK_KIND_${kind}`,
    ...{ startDay, deadlineDay: day, provisional, workingDaysLeft, overdue },
    startTime: toTimestamp(clock.startedAtMs),
    stopTime: toTimestampOrNull(clock.stoppedAtMs),
    missingYears: [...clock.missingYears],
    sections: [...clock.sections],
    note: noteOf(clock),
  };
}

function noteOf({ kind, sections }: FilingClock): string {
  switch (kind) {
    case "FILING":
      return "the filing, since the threshold was reached";
    case "CHANGE":
      return `the change of ${sections.join(", ")}`;
    case "CANCELLATION":
      return "the cancellation, since use ended";
  }
}

function fromForecast({
  personsPerDay,
  day,
  early,
  late,
  daysObserved,
}: Forecast): ForecastMessage {
  return {
    ...{ personsPerDay, daysObserved, day: day ?? "" },
    dayEarly: early ?? "",
    dayLate: late ?? "",
  };
}

function fromEvent(event: FilingEvent): EventMessage {
  const { kind, atMs, actor, note } = event;
  const number = "number" in event ? event.number : "";
  const about = kind === "CHANGED" ? event.sections.join(", ") : note;
  return { kind, time: toTimestamp(atMs), actor, number, note: about };
}
