import { createBell } from "./bell.js";

export interface ConcurrencyOptions<In> {
  /** Sum of the weights under way, or done and not yet taken, at most. */
  readonly weightMax: number;
  /** At least 1. One that is heavier than all together may, is worked on alone. */
  readonly weightOf: (one: In) => number;
  /** Aborted: no more is read. What is under way comes to its end. */
  readonly signal: AbortSignal;
}

/**
 * Works on several items of a stream at once and gives the results as they come. A slow reader of
 * the results holds the stream back.
 * @param work must not reject
 */
export async function* mapConcurrently<In, Out>(
  source: AsyncIterable<In>,
  options: ConcurrencyOptions<In>,
  work: (one: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const done: { readonly result: Out; readonly weight: number }[] = [];
  const bell = createBell();
  let load = 0;
  let underWay = 0;
  let reading = true;
  let failure: { readonly error: unknown } | null = null;

  async function begin(one: In, weight: number): Promise<void> {
    const result = await work(one);
    underWay -= 1;
    done.push({ result, weight });
    bell.ring();
  }

  async function read(): Promise<void> {
    for await (const one of source) {
      if (options.signal.aborted) return;
      const weight = Math.max(1, options.weightOf(one));
      while (load > 0 && load + weight > options.weightMax) await bell.wait();
      load += weight;
      underWay += 1;
      void begin(one, weight);
    }
  }

  const ended = read()
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      reading = false;
      bell.ring();
    });
  for (;;) {
    const next = done.shift();
    if (next !== undefined) {
      load -= next.weight;
      bell.ring();
      yield next.result;
    } else if (!reading && underWay === 0) break;
    else await bell.wait();
  }
  await ended;
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}
