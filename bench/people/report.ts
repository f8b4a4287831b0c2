import { markdownTable } from "../markdown.js";
import type { PeopleResult, StartResult } from "./suite.js";

/** The result for people. */
export function peopleMarkdown(result: PeopleResult): string {
  const { options, empty, against, erasure, audit, query, starts } = result;
  const rows = [
    ["enrolments a second, empty store", rate(empty.perSecond), least(empty.perSecond, 5_000)],
    [
      `enrolments a second, against ${count(options.persons)}`,
      rate(against.perSecond),
      least(against.perSecond, 500),
    ],
    ["server's processor time for one, empty store", `${rate(empty.cpuMicros)} us`, ""],
    ["the bench's own beside it", `${rate(empty.clientCpuMicros)} us`, ""],
    ["erasure, p50", ms(erasure.p50), ""],
    ["erasure, p99", ms(erasure.p99), most(erasure.p99, 50, "ms")],
    ["audit records a second", rate(audit.recordsPerSecond), least(audit.recordsPerSecond, 20_000)],
    ["audit records checked a second", rate(audit.verifiedPerSecond), ""],
    [`query, p50, ${options.callers} callers`, ms(query.p50), ""],
    ["of it waiting for the audit, p50", ms(query.auditP50), most(query.auditP50, 1, "ms")],
    ["of it waiting for the audit, p99", ms(query.auditP99), ""],
    ...starts.map(startRow),
  ];
  return [
    "# People: enrolment, erasure, audit, start\n",
    "Through the real server in a process of its own; embeddings of nobody, one template each.\n",
    markdownTable(["what", "measured", "target"], rows),
  ].join("\n");
}

function startRow({ persons, seconds, residentBytes }: StartResult): string[] {
  const target = persons > 500_000 ? 90 : 10;
  const memory = `${count(Math.round(residentBytes / 2 ** 20))} MiB`;
  const what = `start with ${count(persons)} persons, and memory then`;
  return [what, `${seconds.toFixed(1)} s, ${memory}`, most(seconds, target, "s")];
}

function least(value: number, target: number): string {
  return `at least ${count(target)}: ${value >= target ? "met" : "MISSED"}`;
}

function most(value: number, target: number, unit: string): string {
  return `at most ${target} ${unit}: ${value <= target ? "met" : "MISSED"}`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

function rate(value: number): string {
  return count(Math.round(value));
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
