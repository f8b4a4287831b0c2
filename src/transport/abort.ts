import { abortError } from "../base/errors.js";

/** The outcome of the work, or the signal's error as soon as it aborts, whatever still runs. */
export function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** The same items; fails with the signal's error as soon as it aborts, also between two items. */
export function failingWith<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  return stoppedBy(items, signal, () => {
    throw abortError(signal);
  });
}

/**
 * The same items; ends as soon as the signal aborts, also between two items.
 * @param onCut called when it ended for that reason
 */
export function endingWith<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
  onCut: () => void,
): AsyncIterable<T> {
  return stoppedBy(items, signal, () => {
    onCut();
    return { done: true, value: undefined };
  });
}

/** Not a race of promises: each race would leave something at the signal for every item. */
function stoppedBy<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
  stop: () => IteratorReturnResult<undefined>,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = items[Symbol.asyncIterator]();
      // The source may be waiting for its next item, so nobody waits for it to be done.
      const leave = () => void iterator.return?.()?.then(undefined, () => undefined);
      return {
        next: () =>
          new Promise((resolve, reject) => {
            const onAbort = () => {
              leave();
              try {
                resolve(stop());
              } catch (thrown) {
                reject(thrown);
              }
            };
            if (signal.aborted) {
              onAbort();
              return;
            }
            signal.addEventListener("abort", onAbort, { once: true });
            // At once, or an abort just after an item would count as one before it.
            const settled = () => signal.removeEventListener("abort", onAbort);
            iterator.next().then(
              (result) => {
                settled();
                resolve(result);
              },
              (thrown) => {
                settled();
                reject(thrown);
              },
            );
          }),
        async return() {
          leave();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
