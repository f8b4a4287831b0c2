import { createClient } from "../../src/transport/client/client.js";
import { errorText } from "../errors.js";
import { arrivals } from "./arrivals.js";
import { runClosedLoop } from "./closed-loop.js";
import { enrolmentSender } from "./enrolment-sender.js";
import { loadMaterial } from "./material.js";
import { type LoopAnswer, runOpenLoop } from "./open-loop.js";
import { type QuerySender, streamSender, unarySender } from "./query-sender.js";
import { createRecorder, type Recorder } from "./recorder.js";
import type { ClientReply, ClientSetup, LoadReport, LoadTask, Operation } from "./task.js";

/** A client in a process of its own: does what it is told over IPC, and reports. */

/** Unanswered requests of an open loop: enough for seconds of waiting, and no more memory. */
const OUTSTANDING_MAX = 20_000;

const setup: ClientSetup = JSON.parse(process.argv[2] ?? "{}");
const client = createClient({ address: setup.address, timeoutMs: 60_000 });
const material = loadMaterial(setup);
const enrolments = enrolmentSender(client, setup);

process.on("message", (task: LoadTask) => {
  run(task).then(
    (report) => say({ kind: "report", report }),
    (thrown: unknown) => say({ kind: "failed", message: errorText(thrown) }),
  );
});
process.once("disconnect", () => process.exit());
say({ kind: "ready" });

function say(reply: ClientReply): void {
  process.send?.(reply);
}

async function run(task: LoadTask): Promise<LoadReport> {
  const { streams } = task;
  const queries =
    streams === 0
      ? unarySender(client, setup, material)
      : streamSender(client, setup, material, streams);
  try {
    return await runWith(queries, task);
  } finally {
    await queries.close();
  }
}

async function runWith(queries: QuerySender, task: LoadTask): Promise<LoadReport> {
  const { deck, pace, warmUpSeconds, seconds } = task;
  const book = openBook(task);
  const late = createRecorder();
  const durationMs = (warmUpSeconds + seconds) * 1_000;
  const operationOf = (request: number) => deck[request % deck.length] as Operation;
  const send = (request: number): Promise<void> => {
    const operation = operationOf(request);
    if (operation === "enrol") return enrolments.enrol();
    if (operation === "erase") return enrolments.erase();
    return queries.send(operation, request);
  };
  const onAnswer = (answer: LoopAnswer) => book.enter(operationOf(answer.request), answer);
  const cpuBefore = process.cpuUsage();
  let sent = 0;
  let givenUp = 0;
  if (pace.kind === "closed") {
    sent = await runClosedLoop({ inFlight: pace.inFlight, durationMs, send, onAnswer });
  } else {
    const times = arrivals(pace.arrivals, pace.perSecond, setup.seed);
    const onLate = (milliseconds: number) => late.record(Math.max(0, milliseconds));
    const outstandingMax = OUTSTANDING_MAX;
    const loop = { arrivals: times, durationMs, outstandingMax, send, onAnswer, onLate };
    ({ sent, givenUp } = await runOpenLoop(loop));
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  return { ...book.close(), sent, givenUp, late: late.encode(), cpuSeconds };
}

/** Writes down what counts: answers within the time that counts, failures always. */
function openBook({ pace, warmUpSeconds, seconds, windowSeconds }: LoadTask) {
  const parts = new Map<string, { operation: Operation; window: number; recorder: Recorder }>();
  const failures: Record<string, number> = {};
  let answered = 0;
  const fromMs = warmUpSeconds * 1_000;
  const untilMs = fromMs + seconds * 1_000;
  return {
    enter(operation: Operation, { dueMs, latencyMs, failure }: LoopAnswer): void {
      if (failure !== undefined) {
        const why = `${operation}: ${errorText(failure)}`;
        failures[why] = (failures[why] ?? 0) + 1;
        return;
      }
      // A closed loop counts what was answered in the time; an open one what was due in it.
      const countsAt = pace.kind === "closed" ? dueMs + latencyMs : dueMs;
      if (countsAt < fromMs || countsAt >= untilMs) return;
      answered += 1;
      const window =
        windowSeconds === null ? 0 : Math.floor((countsAt - fromMs) / 1_000 / windowSeconds);
      const key = `${operation} ${window}`;
      const part = parts.get(key) ?? { operation, window, recorder: createRecorder() };
      parts.set(key, part);
      part.recorder.record(latencyMs);
    },
    close() {
      const latencies = [...parts.values()].map(({ operation, window, recorder }) => ({
        ...{ operation, window, histogram: recorder.encode() },
      }));
      return { answered, failures, latencies };
    },
  };
}
