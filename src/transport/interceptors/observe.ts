import { toCordonError } from "../../base/errors.js";
import type { Logger } from "../../telemetry/log.js";
import type { Metrics } from "../../telemetry/metrics.js";
import type { Interceptor } from "../call.js";

/** Counts and times every call, logs what failed, and makes every error a CordonError. */
export function observe(
  metrics: Pick<Metrics, "callSeconds" | "callsInFlight" | "errors">,
  log: Logger,
): Interceptor {
  return async (call, next) => {
    const method = call.method.name;
    const stopTimer = metrics.callSeconds.startTimer({ method });
    metrics.callsInFlight.inc();
    try {
      const answer = await next(call);
      stopTimer({ status: "OK" });
      return answer;
    } catch (thrown) {
      const error = toCordonError(thrown);
      stopTimer({ status: error.status });
      metrics.errors.inc({ method, reason: error.reason });
      const line = { method, status: error.status, reason: error.reason, address: call.address };
      if (error.status === "INTERNAL") log.error({ ...line, err: error.cause }, "call failed");
      else log.debug(line, "call not answered");
      throw error;
    } finally {
      metrics.callsInFlight.dec();
    }
  };
}
