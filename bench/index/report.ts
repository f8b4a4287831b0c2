import { atLeast, atMost, count, figure } from "../format.js";
import { markdownTable } from "../markdown.js";
import { median } from "../statistics.js";
import { bestStyle, type EntrantResult } from "./measure.js";
import type { IndexResult } from "./suite.js";

/** Below this the memory of a process says more of the process than of the gallery. */
const MEMORY_PERSONS_MIN = 10_000;
/** Recall that the product's own index must have. */
const OWN_RECALL_MIN = 0.999;

/** Longest that the snapshot of a million may take to be opened. */
const SNAPSHOT_OPEN_S_MAX = 15;

/** The result for people. */
export function indexMarkdown(result: IndexResult): string {
  const { options, missing } = result;
  const lines = [
    "# Index: searching enrolled faces\n",
    `${count(options.probes)} probes, half of persons enrolled, half of strangers; made-up faces of the default embedding's shape (${result.dimension} dimensions). Medians over ${options.rounds} rounds of ${options.seconds} s, everybody in turn, ${options.threads} threads. Peers at their quickest setting with a recall of ${options.recall} or better.\n`,
  ];
  for (const persons of options.persons) {
    const rows = result.results.filter((one) => one.persons === persons);
    lines.push(`## ${count(persons)} persons\n`, sizeTable(rows, options.recall));
    lines.push(verdicts(rows, options.recall));
  }
  if (missing.length > 0) {
    lines.push("## Peers that were not measured\n");
    lines.push(
      markdownTable(
        ["peer", "why"],
        missing.map(({ name, why }) => [name, why]),
      ),
    );
  }
  return lines.join("\n");
}

function sizeTable(rows: readonly EntrantResult[], recall: number): string {
  const header = [
    ...["index", "setting", "recall@1, all (mated / others)", "queries/s", "lowest to highest"],
    ...["over the best peer", "CPU us a query", "lone p50 us", "lone p99 us"],
    ...["bytes a person", "by its own count", "build s"],
  ];
  const best = bestPeer(rows, recall);
  return markdownTable(
    header,
    rows.flatMap((row) => entrantRows(row, best?.rate ?? null)),
  );
}

function entrantRows(row: EntrantResult, peerRate: number | null): string[][] {
  if (row.failure !== null || row.build === null) return [[row.name, row.failure ?? "not built"]];
  const { build, persons, lone } = row;
  const grown = build.residentAfter - build.residentBefore;
  const tail = [
    lone === null ? "" : figure(lone.p50),
    lone === null ? "" : figure(lone.p99),
    persons < MEMORY_PERSONS_MIN ? "" : count(grown / persons),
    build.reportedBytes === null ? "" : count(build.reportedBytes / persons),
    figure(build.seconds),
  ];
  return row.styles.map((style, at) => {
    const { recall, queriesPerSecond, cpuMicros } = style;
    const rate = median(queriesPerSecond);
    const span = `${figure(Math.min(...queriesPerSecond))} to ${figure(Math.max(...queriesPerSecond))}`;
    const shares = `${recall.all.toFixed(4)} (${recall.mated.toFixed(3)} / ${recall.nonMated.toFixed(3)})`;
    const ratio = row.isPeer || peerRate === null ? "" : `${(rate / peerRate).toFixed(2)} x`;
    const head = [row.name, style.setting, shares, figure(rate), span, ratio, figure(cpuMicros)];
    return [...head, ...(at === 0 ? tail : [])];
  });
}

/** The quickest peer that reaches the recall. */
export function bestPeer(
  rows: readonly EntrantResult[],
  recall: number,
): { readonly name: string; readonly rate: number } | null {
  return bestOf(
    rows.filter(({ isPeer }) => isPeer),
    recall,
  );
}

/** The product's quickest that reaches its own recall. */
export function bestOwn(rows: readonly EntrantResult[]): ReturnType<typeof bestPeer> {
  return bestOf(
    rows.filter(({ isPeer }) => !isPeer),
    OWN_RECALL_MIN,
  );
}

function bestOf(rows: readonly EntrantResult[], recall: number): ReturnType<typeof bestPeer> {
  const rated = rows.flatMap((row) => {
    const style = bestStyle(row, recall);
    return style === null ? [] : [{ name: row.name, rate: median(style.queriesPerSecond) }];
  });
  return rated.toSorted((a, b) => b.rate - a.rate)[0] ?? null;
}

function verdicts(rows: readonly EntrantResult[], recall: number): string {
  const lines: string[] = [];
  const own = bestOwn(rows);
  const peer = bestPeer(rows, recall);
  if (own === null) lines.push(`No driver reached a recall of ${OWN_RECALL_MIN}.`);
  else if (peer !== null) {
    const ratio = own.rate / peer.rate;
    const verdict = atLeast(ratio, 2);
    lines.push(`${own.name} over ${peer.name}: ${ratio.toFixed(2)} times (${verdict}).`);
  }
  const persons = rows[0]?.persons ?? 0;
  for (const { name, lone, build, isPeer, churn, snapshot } of rows) {
    if (isPeer || build === null) continue;
    if (churn !== null) {
      const { addMicros, removeMicros, notFound, stillFound } = churn;
      lines.push(
        `${name}: added in ${figure(median(addMicros))} us and then not found ${notFound} times, ` +
          `removed in ${figure(median(removeMicros))} us and then still found ${stillFound} times, of ${addMicros.length}.`,
      );
    }
    if (snapshot !== null) {
      const { sizeBytes, saveSeconds, openSeconds, otherAnswers } = snapshot;
      lines.push(
        `${name}: a sealed snapshot of ${count(sizeBytes / 2 ** 20)} MiB, saved in ${figure(saveSeconds)} s, ` +
          `opened in ${figure(openSeconds)} s (${atMost(openSeconds, SNAPSHOT_OPEN_S_MAX, "s")}); ${count(otherAnswers)} probes are answered otherwise after it.`,
      );
    }
    if (persons < 1_000_000 || lone === null) continue;
    const bytes = (build.reportedBytes ?? build.residentAfter - build.residentBefore) / persons;
    lines.push(
      `${name}: a lone query ${atMost(lone.p50 / 1_000, 6, "ms")}; ${count(bytes)} bytes a person, ${atMost(bytes, 850)}.`,
    );
  }
  return `${lines.map((line) => `- ${line}`).join("\n")}\n`;
}
