import type { CordonError } from "../../src/base/errors.js";
import { packAnswers } from "../../src/index/answers.js";
import { type Lane, workerFailed } from "../../src/index/lane.js";
import type { Request } from "../../src/index/messages.js";

type SearchRequest = Extract<Request, { kind: "search" }>;

/** One request that a fake lane holds until it is told what to answer. */
interface Held {
  readonly request: Request;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: CordonError) => void;
}

/** A worker's lane that answers only when it is told to. */
export class FakeLane implements Lane {
  readonly kinds: string[] = [];
  alive = true;
  #held: Held[] = [];
  readonly #searches: SearchRequest[] = [];

  /** Searches, in the order in which they were asked. */
  get asked(): readonly SearchRequest[] {
    return this.#searches;
  }

  get depth(): number {
    return this.#held.length;
  }

  refusal(): null {
    return null;
  }

  // The type of the answer goes with the request's kind, which a fake need not prove.
  ask<R extends Request>(request: R): Promise<never> {
    this.kinds.push(request.kind);
    if (request.kind === "search") this.#searches.push(request);
    return new Promise<never>((resolve, reject) => {
      this.#held.push({ request, resolve: resolve as (answer: unknown) => void, reject });
    });
  }

  async close(): Promise<void> {}

  /** Answers the oldest: to each query one person, named after the query's first element. */
  answer(): void {
    const { request, resolve } = this.#oldest();
    if (request.kind !== "search") throw new Error(`${request.kind} needs an answer of its own`);
    const { queries, count } = request;
    const dimension = queries.length / count;
    const answers = Array.from({ length: count }, (_, i) => {
      const personId = `p${queries[i * dimension]}`;
      return [{ personId, templateId: `t-${personId}`, score: 0.5 }];
    });
    resolve(packAnswers(answers));
  }

  /** Answers the oldest with this. */
  answerWith(answer: unknown): void {
    this.#oldest().resolve(answer);
  }

  /** Fails the oldest. */
  failWith(error: CordonError): void {
    this.#oldest().reject(error);
  }

  /** The worker ended. */
  fail(): void {
    for (const { reject } of this.#held.splice(0)) reject(workerFailed(undefined));
  }

  #oldest(): Held {
    const held = this.#held.shift();
    if (held === undefined) throw new Error("nothing was asked");
    return held;
  }
}
