/** What a person should do next about the filing, in words. */
import { dayNumber, dayOf, weekdayName } from "./days.js";
import type { FilingClock, FilingStatus } from "./filing.js";
import { approachingSteps } from "./state-approaching.js";
import type { Course, Submission } from "./state-course.js";
import { amount, number } from "./state-words.js";

type Status = Omit<FilingStatus, "nextSteps">;

/** The most pressing first; never empty. */
export function nextStepsOf(status: Status, course: Course, nowMs: number): readonly string[] {
  const steps =
    status.reachedAtMs === null ? approachingSteps(status) : reachedSteps(status, course, nowMs);
  if (status.overdueErasures > 0) {
    const persons = amount(status.overdueErasures, "person is", "persons are");
    steps.push(`${persons} past the retention deadline and not erased yet: see that they are.`);
  }
  return steps;
}

function reachedSteps(status: Status, course: Course, nowMs: number): string[] {
  const running = status.clocks
    .filter(({ stoppedAtMs }) => stoppedAtMs === null)
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const steps = running.flatMap((clock) => clockSteps(clock, course));
  if (running.some(({ overdue }) => overdue)) steps.push(policyStep(status));
  steps.push(...course.pending.map((submission) => waitingStep(submission, nowMs)));
  if (course.filing === "CANCELLED") steps.push(...cancelledSteps(status));
  else if (steps.length === 0) {
    steps.push("Nothing: the filing is in order. A material change starts its clock by itself.");
  }
  if (status.belowAgain && course.filing !== "CANCELLED") {
    steps.push(
      `The count, ${number(status.persons)}, is below the threshold again. That ` +
        "stops no clock and ends no filing: the law is silent on it.",
    );
  }
  return steps;
}

/** What is handed in, and the step that records it. */
function taskOf({ kind, sections }: FilingClock, course: Course): readonly [string, string] {
  switch (kind) {
    case "FILING": {
      const again = course.filing === "SENT_BACK" ? " again, since it was sent back," : "";
      return [`Hand in the filing${again}`, "SUBMITTED"];
    }
    case "CHANGE":
      return [`Hand in the change of ${sections.join(", ")}`, "CHANGE_SUBMITTED"];
    case "CANCELLATION":
      return ["Hand in the cancellation", "CANCELLATION_SUBMITTED"];
  }
}

function clockSteps(clock: FilingClock, course: Course): string[] {
  const [task, step] = taskOf(clock, course);
  const { day, workingDaysLeft: left, provisional, missingYears } = clock;
  const when = `${day} (${weekdayName(dayNumber(day))})`;
  const record = `and record it as ${step}.`;
  const steps = clock.overdue
    ? [`${task} at once, ${record} It was due on ${when}, ${amount(-left, "working day")} ago.`]
    : [`${task} by ${when}, ${record} ${amount(left, "working day")} left, today included.`];
  if (provisional) {
    const years = missingYears.join(" and ");
    steps.push(
      `That day is provisional, since the calendar of ${years} is not known: add it once the ` +
        "State Council has published it, which is usually in November.",
    );
  }
  return steps;
}

function policyStep({ policy }: Status): string {
  switch (policy) {
    case "warn":
      return "The policy is to warn: nothing is stopped. The law is broken all the same.";
    case "block-enrolment":
      return "Until then nobody is enrolled: the policy is block-enrolment.";
    case "block-all":
      return "Until then nobody is enrolled or identified: the policy is block-all.";
  }
}

const answers: Readonly<Record<Submission["kind"], readonly [string, string]>> = {
  FILING: ["filing", "FILED"],
  CHANGE: ["change", "CHANGE_FILED"],
  CANCELLATION: ["cancellation", "CANCELLED"],
};

function waitingStep({ kind, atMs }: Submission, nowMs: number): string {
  const [what, accepted] = answers[kind];
  const since = dayOf(atMs) === dayOf(nowMs) ? "today" : `on ${dayOf(atMs)}`;
  return (
    `Wait for the authority's answer to the ${what} handed in ${since}, and record it: ` +
    `${accepted}, or RETURNED when it is sent back.`
  );
}

function cancelledSteps({ persons, templates }: Status): string[] {
  if (templates === 0) return ["Nothing: the filing is cancelled, and no face is stored."];
  const stored = amount(persons, "person is", "persons are");
  return [
    `${stored} stored still, though the filing is cancelled: erase them, or hand in a new filing ` +
      "before face recognition is used again.",
  ];
}
