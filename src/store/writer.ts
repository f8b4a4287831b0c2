import type { Kysely } from "kysely";

/** The one way to write. */
export interface Writer<DB> {
  /**
   * Runs `work` in a transaction of its own and resolves with its result once that is on the
   * disk; when `work` throws, nothing of it is kept and the promise rejects with its error.
   * `work` awaits nothing but queries of the connection it is given.
   *
   * @throws StoreError CLOSED or WRITE_FAILED; CordonError RESOURCE_EXHAUSTED when too many wait
   */
  run<T>(work: (db: Kysely<DB>) => Promise<T>, options?: WriteOptions): Promise<T>;
  /**
   * Runs `work` between two commits: none is under way when it begins, and none begins before it
   * has ended. Reads go on.
   *
   * @throws StoreError CLOSED
   */
  between<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for what was accepted, and accepts no more. */
  close(): Promise<void>;
}

export interface WriteOptions {
  /** The work deletes what must leave no trace: the log is scrubbed before the promise resolves. */
  readonly erases?: boolean;
  /** How many rows are written, about; default 1. A commit ends when it has enough. */
  readonly weight?: number;
}
