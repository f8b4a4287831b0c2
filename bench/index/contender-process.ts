import { createInterface } from "node:readline";
import { errorText } from "../errors.js";
import type { Contender, OpenContender, Probes } from "./contender.js";
import { openCordon } from "./contenders/cordon.js";
import { openHnswlibCopies, openHnswlibShards } from "./contenders/hnswlib.js";
import { openLancedb } from "./contenders/lancedb.js";
import { openUsearch } from "./contenders/usearch.js";
import { openZvec } from "./contenders/zvec.js";
import {
  type ContenderRequest,
  type ContenderSetup,
  REPLY_MARK,
  type Replies,
} from "./protocol.js";
import { openRows, rowsOf } from "./rows-file.js";

/** One library in a process of its own, so that its memory and its threads are its own too. */
const known: Readonly<Record<string, OpenContender>> = {
  "cordon-auto": openCordon,
  "cordon-exact": openCordon,
  "cordon-hnsw": openCordon,
  "hnswlib-node-copies": openHnswlibCopies,
  "hnswlib-node-shards": openHnswlibShards,
  usearch: openUsearch,
  "usearch-bf16": openUsearch,
  zvec: openZvec,
  lancedb: openLancedb,
};

const setup: ContenderSetup = JSON.parse(process.argv[2] ?? "{}");
const probes = readProbes();
let contender: Contender | null = null;

for await (const line of createInterface({ input: process.stdin })) {
  const request: ContenderRequest = JSON.parse(line);
  try {
    reply({ ok: true, ...(await answer(request)) });
  } catch (thrown) {
    reply({ ok: false, error: errorText(thrown) });
  }
  if (request.do === "close") break;
}
process.exit();

function reply(value: object): void {
  process.stdout.write(`${REPLY_MARK}${JSON.stringify(value)}\n`);
}

async function answer(request: ContenderRequest): Promise<object> {
  if (request.do === "build") return build();
  if (contender === null) throw new Error("build it first");
  switch (request.do) {
    case "use":
      await contender.use(request.setting);
      return {};
    case "answers":
      return { rows: await contender.nearest(probes.map((_, at) => at)) };
    case "throughput":
      return throughput(contender, request.seconds);
    case "lone":
      return { micros: await lone(contender, request.queriesMax, request.secondsMax) };
    case "churn":
      return { extra: (await contender.churn?.(request.times)) ?? null };
    case "snapshot":
      return { extra: (await contender.snapshot?.()) ?? null };
    case "close":
      await contender.close();
      return {};
  }
}

async function build(): Promise<Replies["build"]> {
  const open = known[setup.contender];
  if (open === undefined) throw new Error(`there is no contender "${setup.contender}"`);
  contender = await open(setup, probes);
  const gallery = openRows(setup.galleryFile, setup.persons, setup.dimension);
  collect();
  const residentBefore = process.memoryUsage.rss();
  const started = performance.now();
  const { note, settings, reportedBytes } = await contender.build(gallery);
  const seconds = (performance.now() - started) / 1_000;
  gallery.close();
  collect();
  const residentAfter = process.memoryUsage.rss();
  return { seconds, residentBefore, residentAfter, reportedBytes, note, settings };
}

/** With --expose-gc, so that what was only read does not count. */
function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

async function throughput(busy: Contender, wanted: number): Promise<Replies["throughput"]> {
  const before = process.cpuUsage();
  const started = performance.now();
  const queries = await busy.saturate(wanted);
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return { queries, seconds, cpuSeconds: (user + system) / 1e6 };
}

async function lone(idle: Contender, most: number, secondsMax: number): Promise<number[]> {
  const micros: number[] = [];
  const ends = performance.now() + secondsMax * 1_000;
  for (let at = 0; at < most && performance.now() < ends; at++) {
    const started = performance.now();
    await idle.nearest([at % probes.length]);
    micros.push((performance.now() - started) * 1_000);
  }
  return micros;
}

function readProbes(): Probes {
  const rows = openRows(setup.probesFile, setup.probes, setup.dimension);
  const values = rows.read(0, setup.probes);
  rows.close();
  return rowsOf(values, setup.dimension);
}
