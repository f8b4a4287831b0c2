import { setTimeout } from "node:timers/promises";
import type { EmbeddedIndex } from "../index/create-index.js";
import type { Engine } from "./engine.js";
import { refillIndex } from "./load.js";

/** From a refill that failed to the next; doubled each time. */
const WAIT_FIRST_MS = 100;
const WAIT_MS_MAX = 10_000;

export interface IndexRefillParts {
  readonly index: Pick<EmbeddedIndex, "reload" | "lost">;
  readonly sources: Pick<Engine, "store" | "vault" | "vision" | "log">;
  /** Counts what happened. */
  readonly count: (event: "refill-failed") => void;
  /** Resolves after so long, or rejects with the signal. Default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Fills again what the index lost, and does not give up. */
export interface IndexRefill {
  /** False from a loss until it is made good: searches fail meanwhile. */
  readonly isWhole: boolean;
  /** To be called when anything was lost; again while it runs does no harm. */
  begin(): void;
  /** Breaks off what is under way, and resolves when nothing is. */
  stop(): Promise<void>;
}

/**
 * Whatever keeps it from being filled (a full queue, the store, the vault, another worker's end)
 * may pass, and until then every search fails: so it is tried again until it succeeds.
 */
export function createIndexRefill(parts: IndexRefillParts): IndexRefill {
  const { index, sources, count, wait = timer } = parts;
  const { log } = sources;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    let waitMs = WAIT_FIRST_MS;
    for (let lost = index.lost(); lost.length > 0 && !signal.aborted; lost = index.lost()) {
      try {
        await refillIndex(sources, index, lost, signal);
        waitMs = WAIT_FIRST_MS;
        log.info({ galleries: lost.length }, "filled again what the index had lost");
      } catch (err) {
        if (signal.aborted) return;
        count("refill-failed");
        log.error({ err, waitMs }, "the index could not be filled again; it is tried again");
        await wait(waitMs, signal).catch(() => undefined);
        waitMs = Math.min(WAIT_MS_MAX, 2 * waitMs);
      }
    }
  }

  return {
    get isWhole() {
      return running === null && index.lost().length === 0;
    },
    begin() {
      if (signal.aborted) return;
      running ??= run().finally(() => {
        running = null;
      });
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function timer(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal, ref: false });
}
