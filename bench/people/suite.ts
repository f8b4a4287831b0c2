import { createProgress, type Progress } from "../progress.js";
import type { Suite, SuiteContext, SuiteResult } from "../suite.js";
import { type AuditResult, measureAudit } from "./audit.js";
import { eraseSome, quantile, queryTimes } from "./calls.js";
import { enrolMany } from "./enrol-many.js";
import { type PeopleOptions, parsePeopleOptions, peopleUsage } from "./options.js";
import { peopleMarkdown } from "./report.js";
import { type BenchServer, makeDataDir, removeDataDir, startServer } from "./server.js";
import { createDrawer } from "./vectors.js";
import { makeLawful } from "./world.js";

/** Enrolments of one kind. */
export interface EnrolResult {
  readonly perSecond: number;
  /** Processor time of the server for one, and of the bench that sends them, microseconds. */
  readonly cpuMicros: number;
  readonly clientCpuMicros: number;
}

export interface StartResult {
  readonly persons: number;
  readonly seconds: number;
  readonly residentBytes: number;
}

/** Everything that the people bench measures. */
export interface PeopleResult {
  readonly options: PeopleOptions;
  readonly empty: EnrolResult;
  readonly against: EnrolResult;
  /** Milliseconds. */
  readonly erasure: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly audit: AuditResult;
  /** Milliseconds of a query under load, and of its audit record. */
  readonly query: { readonly p50: number; readonly auditP50: number; readonly auditP99: number };
  readonly starts: readonly StartResult[];
}

/** Persons drawn and sent at once: enough to time, few enough to hold. */
const CHUNK = 20_000;

/** Enrolment, erasure, audit and start, through the real server. */
export const peopleSuite: Suite = {
  name: "people",
  summary: "Enrolment with duplicate search, erasure, audit, start: through the real server.",
  usage: peopleUsage,
  async run(args, context): Promise<SuiteResult> {
    const result = await measure(parsePeopleOptions(args), context);
    return { markdown: peopleMarkdown(result), json: { ...result }, files: {} };
  },
};

type Context = Pick<SuiteContext, "stderr" | "signal">;

export async function measure(options: PeopleOptions, context: Context): Promise<PeopleResult> {
  const { stderr, signal } = context;
  const recording = createProgress("audit records", options.records, stderr);
  const audit = await measureAudit(options.records, recording, signal);
  recording.end();
  const dataDir = await makeDataDir();
  try {
    const first = await fillAndMeasure(dataDir, options, context);
    const starts = [await timeStart(dataDir, signal)];
    if (options.start > 0) {
      const large = options.data ?? dataDir;
      await fillTo(large, options.start, context);
      starts.push(await timeStart(large, signal));
    }
    return { options, audit, ...first, starts };
  } finally {
    await removeDataDir(dataDir);
  }
}

async function fillAndMeasure(dataDir: string, options: PeopleOptions, context: Context) {
  const { stderr, signal } = context;
  const server = await startServer(dataDir, signal);
  try {
    await makeLawful(server.client);
    const draw = createDrawer(1);
    const total = Math.max(options.empty, options.persons) + options.more;
    const progress = createProgress("persons", total, stderr);
    const empty = await enrolTimed(server, options.empty, draw, progress, "empty");
    await enrolAll(server, options.persons - options.empty, draw, progress, "fill");
    const against = await enrolTimed(server, options.more, draw, progress, "more");
    progress.end();
    const modelPack = await packOf(server);
    const vectors = Array.from({ length: options.queries }, draw);
    const times = await queryTimes(server.client, modelPack, vectors, options.callers);
    const erasing = createProgress("erasures", options.erasures, stderr);
    const erasures = await eraseSome(server.client, options.erasures, erasing);
    erasing.end();
    return {
      ...{ empty, against },
      erasure: {
        p50: quantile(erasures, 0.5),
        p99: quantile(erasures, 0.99),
        max: quantile(erasures, 1),
      },
      query: {
        p50: quantile(times.total, 0.5),
        auditP50: quantile(times.audit, 0.5),
        auditP99: quantile(times.audit, 0.99),
      },
    };
  } finally {
    await server.stop();
  }
}

async function fillTo(dataDir: string, persons: number, { stderr, signal }: Context) {
  const server = await startServer(dataDir, signal);
  try {
    const { personCount } = await server.client.server.getServerInfo({});
    if (personCount === 0) await makeLawful(server.client);
    const missing = persons - personCount;
    const progress = createProgress("persons of the large start", missing, stderr);
    // Others than those of an earlier run that was cut off.
    await enrolAll(
      server,
      missing,
      createDrawer(2 + personCount),
      progress,
      `large-${personCount}`,
    );
    progress.end();
  } finally {
    await server.stop();
  }
}

async function enrolTimed(
  server: BenchServer,
  count: number,
  draw: () => number[],
  progress: Progress,
  prefix: string,
): Promise<EnrolResult> {
  const before = (await server.usage()).cpuSeconds;
  const { seconds, clientCpuSeconds } = await enrolAll(server, count, draw, progress, prefix);
  const cpu = (await server.usage()).cpuSeconds - before;
  return {
    perSecond: count / seconds,
    cpuMicros: (cpu / count) * 1e6,
    clientCpuMicros: (clientCpuSeconds / count) * 1e6,
  };
}

/** What enrolling took; drawing the vectors and encoding them is not counted. */
async function enrolAll(
  server: BenchServer,
  count: number,
  draw: () => number[],
  progress: Progress,
  prefix: string,
): Promise<{ readonly seconds: number; readonly clientCpuSeconds: number }> {
  const modelPack = await packOf(server);
  let seconds = 0;
  let clientCpuSeconds = 0;
  for (let done = 0; done < count; done += CHUNK) {
    const vectors = Array.from({ length: Math.min(CHUNK, count - done) }, draw);
    const name = `${prefix}-${done}`;
    const took = await enrolMany(server.address, modelPack, vectors, progress, name);
    seconds += took.seconds;
    clientCpuSeconds += took.clientCpuSeconds;
  }
  return { seconds, clientCpuSeconds };
}

async function packOf({ client }: BenchServer): Promise<string> {
  const { modelPack } = await client.server.getServerInfo({});
  return modelPack?.name ?? "";
}

async function timeStart(dataDir: string, signal: AbortSignal): Promise<StartResult> {
  const server = await startServer(dataDir, signal);
  try {
    const { personCount: persons } = await server.client.server.getServerInfo({});
    return {
      persons,
      seconds: server.startMs / 1_000,
      residentBytes: (await server.usage()).residentBytes,
    };
  } finally {
    await server.stop();
  }
}
