import { count, figure } from "../format.js";
import { markdownTable } from "../markdown.js";
import { median } from "../statistics.js";
import type { SizeResult, VisionResult } from "./suite.js";

/** The result for people. */
export function visionMarkdown({ options, modelPack, sizes }: VisionResult): string {
  return [
    "# Vision: from JPEG to embedding\n",
    `Frames with one face, model pack ${modelPack}, ${options.threads} threads. Medians over ${options.rounds} rounds of ${options.seconds} s, in turn. The models alone: decode, detect, landmarks, embed, in a loop of their own in each thread.\n`,
    markdownTable(
      [
        ...["frame", "KiB", "faces/s, models alone", "through the pool", "of it"],
        ...["one at a time, alone, p50 ms", "through the pool", "of it", "pool p99 ms"],
      ],
      sizes.map(rateRow),
    ),
    "## Stages\n",
    "One frame at a time through the pool, medians in milliseconds.\n",
    markdownTable(
      ["frame", "decode", "detect", "landmarks, alignment, quality", "embed"],
      sizes.map(stageRow),
    ),
  ].join("\n");
}

function rateRow(size: SizeResult): string[] {
  const bare = median(size.bareRates);
  const pool = median(size.poolRates);
  const { bareSingle, poolSingle } = size;
  return [
    ...[nameOf(size), count(size.bytes / 1024), figure(bare), figure(pool)],
    `${(pool / bare).toFixed(2)} x`,
    ...[figure(bareSingle.p50), figure(poolSingle.p50)],
    `${(poolSingle.p50 / bareSingle.p50).toFixed(2)} x`,
    figure(poolSingle.p99),
  ];
}

function stageRow(size: SizeResult): string[] {
  const { decodeMs, detectMs, alignMs, embedMs } = size.stages;
  return [nameOf(size), ...[decodeMs, detectMs, alignMs, embedMs].map(figure)];
}

function nameOf({ width, height }: SizeResult): string {
  return `${width} x ${height}`;
}
