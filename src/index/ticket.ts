import type { CordonError } from "../base/errors.js";
import type { Permit } from "../base/permit.js";
import type { Placed } from "./placement.js";
import type { Candidate } from "./port.js";
import type { Waiting } from "./query-queue.js";

/** The candidates of each query, best first. */
export type Answers = readonly (readonly Candidate[])[];

/** One search of a gallery. */
export interface Search {
  readonly permit: Permit;
  readonly gallery: Placed;
  /** Packed and unit length; zeroed when it is settled, whatever happens. */
  readonly queries: Float32Array<ArrayBuffer>;
  readonly count: number;
  readonly k: number;
}

/** A search until it is settled. A class, since one is made for every query. */
export class Ticket implements Search, Waiting {
  readonly permit: Permit;
  readonly gallery: Placed;
  readonly queries: Float32Array<ArrayBuffer>;
  readonly count: number;
  readonly k: number;
  readonly cameraId: string;
  readonly sinceMs = performance.now();
  isRetried = false;
  isSettled = false;
  /** Called when it is settled. */
  onSettled: (() => void) | null = null;
  readonly #resolve: (answers: Answers) => void;
  readonly #reject: (error: CordonError) => void;

  constructor(
    { permit, gallery, queries, count, k }: Search,
    resolve: (answers: Answers) => void,
    reject: (error: CordonError) => void,
  ) {
    this.permit = permit;
    this.gallery = gallery;
    this.queries = queries;
    this.count = count;
    this.k = k;
    this.cameraId = permit.cameraId;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  answer(answers: Answers): void {
    if (this.#settle()) this.#resolve(answers);
  }

  fail(error: CordonError): void {
    if (this.#settle()) this.#reject(error);
  }

  /** False when it was settled before. Its queries are of no more use. */
  #settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.queries.fill(0);
    this.onSettled?.();
    return true;
  }
}
