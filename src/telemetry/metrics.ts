import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { indexMetrics } from "./index-metrics.js";

const callSeconds = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const stageSeconds = [
  0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2,
];

/** Everything that /metrics shows, beside Node's own process metrics. */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const eventLoop = watchEventLoop(registry);
  return {
    registry,
    callSeconds: new Histogram({
      name: "cordon_call_seconds",
      help: "Time from the arrival of a gRPC call to its answer, or to the end of a stream.",
      labelNames: ["method", "status"],
      buckets: callSeconds,
      registers,
    }),
    callsInFlight: new Gauge({
      name: "cordon_calls_in_flight",
      help: "gRPC calls being worked on.",
      registers,
    }),
    streamMessages: new Counter({
      name: "cordon_stream_messages_total",
      help: "Messages of streaming calls, taken in or sent out.",
      labelNames: ["method", "direction"],
      registers,
    }),
    errors: new Counter({
      name: "cordon_errors_total",
      help: "Calls that ended with an error, by stable reason.",
      labelNames: ["method", "reason"],
      registers,
    }),
    stageSeconds: new Histogram({
      name: "cordon_stage_seconds",
      help: "Time an identification spent in each stage.",
      labelNames: ["stage"],
      buckets: stageSeconds,
      registers,
    }),
    decisions: new Counter({
      name: "cordon_decisions_total",
      help: "Faces decided, by decision.",
      labelNames: ["decision"],
      registers,
    }),
    refusals: new Counter({
      name: "cordon_refusals_total",
      help: "Violations found by the gate, by reason.",
      labelNames: ["act", "reason"],
      registers,
    }),
    queriesDropped: new Counter({
      name: "cordon_queries_dropped_total",
      help: "Identifications given up without an answer: superseded, late, cancelled, no room.",
      labelNames: ["reason"],
      registers,
    }),
    streamBytes: new Gauge({
      name: "cordon_stream_bytes",
      help: "Bytes of queries taken in from streams and not done with.",
      registers,
    }),
    facesDropped: new Counter({
      name: "cordon_faces_dropped_total",
      help: "Faces beyond the limit per frame that were not searched.",
      registers,
    }),
    persons: new Gauge({
      name: "cordon_persons",
      help: "Distinct persons whose templates are stored.",
      registers,
    }),
    templates: new Gauge({
      name: "cordon_templates",
      help: "Templates stored, of whomever and of whichever model pack.",
      registers,
    }),
    ...filingMetrics(registers),
    erasures: new Counter({
      name: "cordon_erasures_total",
      help: "Erasures done, by cause.",
      labelNames: ["cause"],
      registers,
    }),
    retentionDue: new Gauge({
      name: "cordon_retention_due",
      help: "Enrolments past their retention deadline that are not erased yet.",
      registers,
    }),
    retentionLagSeconds: new Gauge({
      name: "cordon_retention_lag_seconds",
      help: "How long the most overdue of them is past its deadline; 0 when none is.",
      registers,
    }),
    sweepFailures: new Counter({
      name: "cordon_sweep_failures_total",
      help: "Retention sweeps that failed and are tried again.",
      registers,
    }),
    keyVersion: new Gauge({
      name: "cordon_key_version",
      help: "Version of the key-encryption key in use.",
      registers,
    }),
    ...indexMetrics(registers),
    templatesOfOtherPacks: new Gauge({
      name: "cordon_templates_of_other_packs",
      help: "Stored templates that the running model pack cannot compare.",
      registers,
    }),
    workerEvents: new Counter({
      name: "cordon_worker_events_total",
      help: "What happened to worker threads, for example restarts and retries.",
      labelNames: ["stage", "event"],
      registers,
    }),
    info: new Gauge({
      name: "cordon_info",
      help: "Always 1; the labels say what runs.",
      labelNames: ["version", "model_pack", "execution_provider", "index_driver"],
      registers,
    }),
    stop: () => eventLoop.disable(),
  };
}

/** The filing of Art. 15. */
function filingMetrics(registers: Registry[]) {
  return {
    filingFraction: new Gauge({
      name: "cordon_filing_fraction",
      help: "Persons stored, as a fraction of those from which on a filing is due.",
      registers,
    }),
    filingState: new Gauge({
      name: "cordon_filing_state",
      help: "1 for the state of the filing, 0 for the others.",
      labelNames: ["state"],
      registers,
    }),
    filingDaysLeft: new Gauge({
      name: "cordon_filing_days_left",
      help: "Working days left on a running clock, today included; negative when it is overdue.",
      labelNames: ["clock", "provisional"],
      registers,
    }),
    filingForecastDays: new Gauge({
      name: "cordon_filing_forecast_days",
      help: "Days until the threshold is reached at the present rate, with the 95 % interval.",
      labelNames: ["bound"],
      registers,
    }),
    filingCountCorrections: new Counter({
      name: "cordon_filing_count_corrections_total",
      help: "Recounts that found the running count of persons wrong; each is a bug.",
      registers,
    }),
  };
}

/** Longest and p99 delay of the main event loop since the last scrape; it must stay short. */
function watchEventLoop(registry: Registry): IntervalHistogram {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  new Gauge({
    name: "cordon_event_loop_delay_seconds",
    help: "Delay of the main event loop since the last scrape.",
    labelNames: ["quantile"],
    registers: [registry],
    collect() {
      // The histogram is empty, and its figures NaN, just after a reset.
      const seconds = (nanoseconds: number) =>
        Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0;
      this.set({ quantile: "0.5" }, seconds(delay.percentile(50)));
      this.set({ quantile: "0.99" }, seconds(delay.percentile(99)));
      this.set({ quantile: "1" }, delay.count === 0 ? 0 : seconds(delay.max));
      delay.reset();
    },
  });
  return delay;
}
