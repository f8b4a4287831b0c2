import { CordonClientError } from "../../transport/client/error.js";
import { harmless, type Paint, padEnd, type Style } from "../text.js";
import type { Carried } from "./apply.js";
import type { Planned } from "./plan.js";
import { placeOf, planJson } from "./report.js";

/** What became of a document by the time an apply stopped. */
type Result = "applied" | "partly-applied" | "failed" | "not-tried" | "unchanged";

const marks: Readonly<Record<Result, readonly [mark: string, style: Style]>> = {
  applied: ["+", "green"],
  "partly-applied": ["~", "yellow"],
  failed: ["!", "red"],
  "not-tried": [" ", "dim"],
  unchanged: ["=", "dim"],
};

/** The server may have done what it did not answer. */
const unclear = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN"]);

interface Progress {
  readonly result: Result;
  /** Names of steps. */
  readonly done: readonly string[];
  readonly left: readonly string[];
}

function progressOf(plan: Planned, { done, failure }: Carried): Progress {
  const finished = done.get(plan) ?? [];
  const progress = {
    done: finished.map(({ name }) => name),
    left: plan.steps.filter((step) => !finished.includes(step)).map(({ name }) => name),
  };
  if (plan.steps.length === 0) return { ...progress, result: "unchanged" };
  if (failure?.plan === plan) return { ...progress, result: "failed" };
  if (progress.left.length === 0) return { ...progress, result: "applied" };
  return { ...progress, result: progress.done.length > 0 ? "partly-applied" : "not-tried" };
}

/** What was done, what failed and what was not tried: a line for each document, and a summary. */
export function describeStopped(plans: readonly Planned[], carried: Carried, paint: Paint): string {
  const width = Math.max(...plans.map(({ name }) => name.length));
  const counts = new Map<Result, number>();
  const lines = plans.map((plan) => {
    const { result, done, left } = progressOf(plan, carried);
    counts.set(result, (counts.get(result) ?? 0) + 1);
    const [mark, style] = marks[result];
    const isSplit = done.length > 0 && left.length > 0;
    const steps = isSplit ? `: done ${done.join(", ")}; left ${left.join(", ")}` : "";
    const place = result === "failed" ? ` ${placeOf(plan)}` : "";
    return paint(
      style,
      `${mark} ${padEnd(harmless(plan.name), width)}  ${wordOf(result)}${steps}${place}`,
    );
  });
  const summary = [...counts].map(([result, count]) => `${count} ${wordOf(result)}`).join(", ");
  return [...lines, `\nstopped: ${summary}`].map((line) => line.trimEnd()).join("\n");
}

/** Where it stopped, and what to do; the error itself is told beside it. */
export function describeStop({ failure }: Carried): string {
  if (failure === null) return "";
  const { plan, step, error } = failure;
  const isUnclear = error instanceof CordonClientError && unclear.has(error.status);
  return [
    `stopped at ${harmless(`${plan.name} ${placeOf(plan)}`.trimEnd())}, to ${step.name} it`,
    ...(isUnclear ? ["the server may have done this step without an answer"] : []),
    "cure it and apply again: what is done already is not done twice",
  ].join("\n");
}

export function stoppedJson(plans: readonly Planned[], carried: Carried): object[] {
  return plans.map((plan) => ({ ...planJson(plan), ...progressOf(plan, carried) }));
}

function wordOf(result: Result): string {
  return result.replace("-", " ");
}
