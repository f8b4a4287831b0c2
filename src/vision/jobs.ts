import { abortError, type CordonError } from "../base/errors.js";
import type { VisionAnswer, VisionProbe } from "./port.js";

/** One probe that somebody waits for. */
export interface Job {
  readonly probe: VisionProbe;
  /** Whose it is: flows take turns. */
  readonly flow: string;
  readonly queuedAtMs: number;
  /** Workers that failed on it so far. */
  failures: number;
  /** True once the caller has its answer or error; what comes later is thrown away. */
  readonly settled: boolean;
  resolve(answer: VisionAnswer): void;
  reject(error: CordonError): void;
}

/**
 * Makes a job and the promise of its answer.
 *
 * @param onAbort called when the signal fires first, after the caller has been told
 */
export function makeJob(
  probe: VisionProbe,
  flow: string,
  nowMs: number,
  signal: AbortSignal | undefined,
  onAbort: (job: Job) => void,
): { job: Job; answer: Promise<VisionAnswer> } {
  let settled = false;
  let settle: (action: () => void) => void = () => undefined;
  let accept: (answer: VisionAnswer) => void = () => undefined;
  let refuse: (error: CordonError) => void = () => undefined;
  const job: Job = {
    probe,
    flow,
    queuedAtMs: nowMs,
    failures: 0,
    get settled() {
      return settled;
    },
    resolve: (answer) => settle(() => accept(answer)),
    reject: (error) => settle(() => refuse(error)),
  };
  const answer = new Promise<VisionAnswer>((resolve, reject) => {
    accept = resolve;
    refuse = reject;
  });
  const abort = () => {
    if (signal === undefined || settled) return;
    job.reject(abortError(signal));
    onAbort(job);
  };
  settle = (action) => {
    if (settled) return;
    settled = true;
    signal?.removeEventListener("abort", abort);
    action();
  };
  signal?.addEventListener("abort", abort, { once: true });
  return { job, answer };
}
