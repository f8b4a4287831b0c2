import { atLeast, atMost, count, figure } from "../format.js";
import { markdownTable } from "../markdown.js";
import { median } from "../statistics.js";
import type { CurvePoint } from "./curve.js";
import type { FairnessResult } from "./fairness.js";
import type { RateSeries } from "./rates.js";
import type { ServiceResult } from "./suite.js";

/** Shares of their bounds that the server must reach, and times it may take. */
export const targets = {
  embeddingShare: 0.75,
  frameShare: 0.85,
  singleRatio: 1.3,
  fairnessRatio: 1.5,
} as const;

/** The result for people. */
export function serviceMarkdown(result: ServiceResult): string {
  const { options, suspected } = result;
  const lines = [
    "# Service: the real server under load\n",
    `${count(options.persons)} persons, gate and audit on, ${options.clients} client processes on the same machine. Medians over ${options.rounds} rounds of ${options.seconds} s; bounds are measured in the same rounds, in turn.${suspected === 0 ? "" : ` ${suspected} persons drawn resembled somebody and were left out.`}\n`,
  ];
  const rows = [...embeddingRows(result), ...frameRows(result)];
  if (rows.length > 0) {
    const header = ["what", "a second", "of its bound", "target", "server CPU us", "client CPU us"];
    lines.push("## Rates\n", markdownTable([...header, "failed"], rows));
  }
  if (result.frames !== null) lines.push("## One frame at a time\n", singlesTable(result.frames));
  if (result.curve.length > 0) lines.push("## Latency by load\n", curveTable(result.curve));
  if (result.changes !== null) lines.push("## Changes\n", changesTable(result.changes));
  if (result.fairness.length > 0) lines.push("## Fairness\n", fairnessTable(result.fairness));
  return lines.join("\n");
}

function embeddingRows({ embeddings, options }: ServiceResult): string[][] {
  if (embeddings === null) return [];
  const bound = median(embeddings.raw.rates);
  return [
    ["embeddings, the index alone in its process", count(bound)],
    rateRow("embeddings by stream", embeddings.stream, bound, targets.embeddingShare),
    rateRow(`embeddings unary, ${options.inFlight} under way`, embeddings.unary, bound, null),
  ];
}

function frameRows({ frames }: ServiceResult): string[][] {
  if (frames === null) return [];
  const bound = median(frames.bare.rates);
  return [
    ["frames 640 x 480, the models alone", figure(bound)],
    rateRow("frames by stream", frames.stream, bound, targets.frameShare),
    rateRow("frames unary", frames.unary, bound, targets.frameShare),
  ];
}

function rateRow(what: string, series: RateSeries, bound: number, target: number | null): string[] {
  const rate = median(series.rates);
  return [
    ...[what, figure(rate), `${(rate / bound).toFixed(2)} x`],
    target === null ? "" : atLeast(rate / bound, target),
    ...[figure(median(series.serverMicros)), figure(median(series.clientMicros))],
    count(series.failures),
  ];
}

function singlesTable({ singles }: NonNullable<ServiceResult["frames"]>): string {
  const bare = median(singles.bare);
  const row = (what: string, times: readonly number[]) => {
    const ratio = median(times) / bare;
    return [
      what,
      figure(median(times)),
      `${ratio.toFixed(2)} x`,
      atMost(ratio, targets.singleRatio),
    ];
  };
  return markdownTable(
    ["one frame at a time", "p50 ms", "over the models alone", "target"],
    [
      ["the models alone", figure(bare), "", ""],
      row("unary call", singles.unary),
      row("by stream", singles.stream),
    ],
  );
}

function curveTable(points: readonly CurvePoint[]): string {
  const header = ["offered", "of capacity", "a second", "answered", "p50 ms", "p99 ms"];
  return markdownTable(
    [...header, "p99.9 ms", "client late p99 ms", "failed", "given up"],
    points.map((point) => [
      `${point.operation}s`,
      `${Math.round(point.share * 100)} %`,
      figure(point.offeredPerSecond),
      figure(point.answeredPerSecond),
      ...[point.latency.p50, point.latency.p99, point.latency.p999, point.late.p99].map(figure),
      count(point.failures),
      count(point.givenUp),
    ]),
  );
}

function changesTable(changes: NonNullable<ServiceResult["changes"]>): string {
  const { persons, notFound, stillFound, enrol, erase } = changes;
  return markdownTable(
    ["call", "p50 ms", "p99 ms", "of", "not in force in the next query"],
    [
      ["EnrolPerson", figure(enrol.p50), figure(enrol.p99), count(persons), count(notFound)],
      ["ErasePerson", figure(erase.p50), figure(erase.p99), count(persons), count(stillFound)],
    ],
  );
}

function fairnessTable(results: readonly FairnessResult[]): string {
  return markdownTable(
    [
      ...["camera B", "a second", "p50 ms alone", "beside the flood", "p99 ms alone"],
      ...["beside the flood", "ratio", "target", "camera A a second"],
    ],
    results.map((result) => {
      const alone = median(result.aloneP99);
      const flooded = median(result.floodedP99);
      return [
        ...[`${result.operation}s`, figure(result.steadyPerSecond)],
        ...[figure(median(result.aloneP50)), figure(median(result.floodedP50))],
        ...[figure(alone), figure(flooded), `${(flooded / alone).toFixed(2)} x`],
        ...[atMost(flooded / alone, targets.fairnessRatio), figure(median(result.floodPerSecond))],
      ];
    }),
  );
}
