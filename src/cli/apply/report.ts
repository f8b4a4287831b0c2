import { harmless, type Paint, padEnd, type Style, wrap } from "../text.js";
import type { Change } from "./change.js";
import type { Planned } from "./plan.js";

/** Columns of a value in a diff; longer ones are cut, and whole in JSON. */
const VALUE_WIDTH = 56;

/** Columns of wrapped warnings. */
const WIDTH = 92;

type Action = Planned["action"];

const marks: Readonly<Record<Action, readonly [mark: string, style: Style, word: string]>> = {
  create: ["+", "green", "create"],
  update: ["~", "yellow", "update"],
  unchanged: ["=", "dim", "unchanged"],
  blocked: ["!", "red", "in the way"],
  remove: ["-", "red", "remove"],
};

/** A line for each document, and what changes in it. */
export function describePlans(plans: readonly Planned[], paint: Paint): string {
  const width = Math.max(...plans.map(({ name }) => name.length));
  return plans.flatMap((plan) => describePlan(plan, width, paint)).join("\n");
}

function describePlan(plan: Planned, width: number, paint: Paint): string[] {
  const [mark, style, word] = marks[plan.action];
  const lines = [paint(style, `${mark} ${padEnd(harmless(plan.name), width)}  ${word}`)];
  // What is made anew is in the file as it will be.
  const shown = plan.changes.every(({ from }) => from === null) ? [] : plan.changes;
  for (const change of shown) lines.push(`    ${describeChange(change)}`);
  for (const note of plan.notes) lines.push(`    ${harmless(note)}${whereOf(plan)}`);
  for (const warning of plan.warnings) {
    const [first = "", ...more] = wrap(`warning: ${harmless(warning)}`, WIDTH);
    lines.push(`    ${paint("yellow", first)}`, ...more.map((line) => `      ${line}`));
  }
  return lines;
}

function whereOf(plan: Planned): string {
  return plan.action === "blocked" ? ` ${placeOf(plan)}`.trimEnd() : "";
}

/** `(plaza/zone.yaml:2)`; empty for what stands in no file. */
export function placeOf({ located }: Planned): string {
  return located === null ? "" : `(${located.file}:${located.line})`;
}

function describeChange({ field, from, to }: Change): string {
  if (from === null) return `${field}: + ${shown(to)}`;
  if (to === null) return `${field}: - ${shown(from)}`;
  // Two long texts that begin alike are shown from where they part.
  const start = parting(from, to);
  return `${field}: ${shown(from, start)} -> ${shown(to, start)}`;
}

function shown(value: string | null, start = 0): string {
  if (value === null || value === "") return "(nothing)";
  const text = harmless(start > 0 ? `...${value.slice(start)}` : value);
  return text.length > VALUE_WIDTH ? `${text.slice(0, VALUE_WIDTH - 3)}...` : text;
}

/** Characters before the place where two texts differ, less a few for orientation. */
function parting(from: string, to: string): number {
  if (from.length <= VALUE_WIDTH && to.length <= VALUE_WIDTH) return 0;
  let at = 0;
  while (at < from.length && from[at] === to[at]) at += 1;
  return Math.max(0, at - VALUE_WIDTH / 4);
}

/** `2 created, 1 updated, 9 unchanged`, or what is to be done. */
export function summary(plans: readonly Planned[], done: boolean): string {
  const count = (action: Action) => plans.filter((plan) => plan.action === action).length;
  const words = [
    [count("create"), done ? "created" : "to create"],
    [count("update"), done ? "updated" : "to update"],
    [count("remove"), done ? "removed" : "to remove"],
    [count("blocked"), "in the way"],
    [count("unchanged"), "unchanged"],
  ] as const;
  return words
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(", ");
}

/** The same as JSON. */
export function plansJson(plans: readonly Planned[]): object[] {
  return plans.map(planJson);
}

export function planJson({ name, located, action, changes, notes, warnings }: Planned): object {
  const place = located === null ? {} : { file: located.file, line: located.line };
  return { name, action, ...place, changes, notes, warnings };
}
