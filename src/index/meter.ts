/** What is being timed, so that a test can say how long it takes. */
export type Work =
  | { readonly kind: "scan"; readonly rows: number; readonly queries: number }
  | { readonly kind: "graph"; readonly templates: number; readonly ef: number };

/** The clock of the background work, and the stop-watch of what it measures. */
export interface Meter {
  /** Milliseconds since any moment; never goes back. */
  nowMs(): number;
  /** Runs `act` and says how long it took, in milliseconds. */
  time(work: Work, act: () => void): number;
}

/** Measures this machine. */
export const machineMeter: Meter = {
  nowMs: () => performance.now(),
  time(_, act) {
    const startMs = performance.now();
    act();
    return performance.now() - startMs;
  },
};
