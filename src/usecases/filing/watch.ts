import { abortError, CordonError } from "../../base/errors.js";
import type { FilingStatus } from "../../filing/filing.js";
import type { Engine } from "../engine.js";
import { detectChange } from "./material-change.js";
import { currentStatus, keyOf } from "./status.js";

/** Longest silence of a watch: a stream in which nothing passes for five minutes is ended. */
export const WATCH_SILENCE_MS_MAX = 120_000;

/** Where the filing stands, with what changed meanwhile on record first. */
export async function filingStatus(engine: Engine): Promise<FilingStatus> {
  await detectChange(engine);
  return currentStatus(engine);
}

/**
 * The status now, and again whenever its state, a clock or an event changes; and every two minutes
 * though nothing changed.
 * @throws CordonError UNAVAILABLE SHUTTING_DOWN when the server drains
 */
export async function* watchFiling(
  engine: Engine,
  signal: AbortSignal,
): AsyncGenerator<FilingStatus> {
  const { watchers } = engine.filing;
  do {
    const status = await filingStatus(engine);
    yield status;
    await watchers.wait(keyOf(status), WATCH_SILENCE_MS_MAX, signal);
    if (signal.aborted) throw abortError(signal);
  } while (!watchers.ended);
  throw new CordonError({
    status: "UNAVAILABLE",
    reason: "SHUTTING_DOWN",
    message: "This server is shutting down. Watch it again when it is back.",
    retryAfterMs: 1_000,
  });
}
