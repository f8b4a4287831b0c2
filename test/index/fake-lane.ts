import type { CordonError } from "../../src/base/errors.js";
import { packAnswers } from "../../src/index/answers.js";
import { type Lane, workerFailed } from "../../src/index/lane.js";
import type { Request } from "../../src/index/messages.js";

type SearchRequest = Extract<Request, { kind: "search" }>;

/** One request that a fake lane holds until it is told what to answer. */
interface Held {
  readonly request: SearchRequest;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: CordonError) => void;
}

/** A worker's lane that answers searches only when it is told to. */
export class FakeLane implements Lane {
  readonly asked: SearchRequest[] = [];
  alive = true;
  #held: Held[] = [];

  get depth(): number {
    return this.#held.length;
  }

  refusal(): null {
    return null;
  }

  // The type of the answer goes with the request's kind, which a fake need not prove.
  ask<R extends Request>(request: R): Promise<never> {
    if (request.kind !== "search") throw new Error(`${request.kind} is not expected`);
    this.asked.push(request);
    return new Promise<never>((resolve, reject) => {
      this.#held.push({ request, resolve: resolve as (answer: unknown) => void, reject });
    });
  }

  async close(): Promise<void> {}

  /** Answers the oldest: to each query one person, named after the query's first element. */
  answer(): void {
    const held = this.#held.shift();
    if (held === undefined) throw new Error("nothing was asked");
    const { queries, count } = held.request;
    const dimension = queries.length / count;
    const answers = Array.from({ length: count }, (_, i) => {
      const personId = `p${queries[i * dimension]}`;
      return [{ personId, templateId: `t-${personId}`, score: 0.5 }];
    });
    held.resolve(packAnswers(answers));
  }

  /** The worker ended. */
  fail(): void {
    for (const { reject } of this.#held.splice(0)) reject(workerFailed(undefined));
  }
}
