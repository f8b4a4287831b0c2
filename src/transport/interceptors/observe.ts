import { type CordonError, toCordonError } from "../../base/errors.js";
import type { Logger } from "../../telemetry/log.js";
import type { Metrics } from "../../telemetry/metrics.js";
import { type Call, type Interceptor, tap } from "../call.js";

type Meters = Pick<Metrics, "callSeconds" | "callsInFlight" | "errors" | "streamMessages">;

/**
 * Counts and times every call, logs what failed, and makes every error a CordonError. A stream is
 * timed from its beginning to its end, and its messages are counted.
 */
export function observe(metrics: Meters, log: Logger): Interceptor {
  return async (call, next) => {
    const method = call.method.name;
    const stopTimer = metrics.callSeconds.startTimer({ method });
    metrics.callsInFlight.inc();
    try {
      const answer = await next(counted(call, metrics));
      stopTimer({ status: "OK" });
      return answer;
    } catch (thrown) {
      const error = toCordonError(thrown);
      stopTimer({ status: error.status });
      metrics.errors.inc({ method, reason: error.reason });
      const line = { method, status: error.status, reason: error.reason, address: call.address };
      if (isFault(error)) log.error({ ...line, err: error.cause }, "call failed");
      else log.debug(line, "call not answered");
      throw error;
    } finally {
      metrics.callsInFlight.dec();
    }
  };
}

/** A bug or a broken machine, which somebody must look at. */
function isFault({ status, reason }: CordonError): boolean {
  return status === "INTERNAL" || reason === "STORAGE_FAILED";
}

function counted(call: Call, { streamMessages }: Meters): Call {
  if (call.stream === null) return call;
  const method = call.method.name;
  const received = streamMessages.labels(method, "in");
  const sent = streamMessages.labels(method, "out");
  const on = { received: () => received.inc(), sent: () => sent.inc() };
  return { ...call, stream: tap(call.stream, on) };
}
