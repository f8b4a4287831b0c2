/** Runs one piece of work at a time, in the order in which they came. */
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

export function createExclusive(): Exclusive {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = tail.then(work, work);
    // A failure belongs to its caller alone; the next in line starts all the same.
    tail = result.catch(() => undefined);
    return result;
  };
}

/** Runs one piece of work at a time for each key, in the order in which they came. */
export type KeyedExclusive = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createKeyedExclusive(): KeyedExclusive {
  const busy = new Map<string, { run: Exclusive; waiting: number }>();
  return async (key, work) => {
    const slot = busy.get(key) ?? { run: createExclusive(), waiting: 0 };
    busy.set(key, slot);
    slot.waiting += 1;
    try {
      return await slot.run(work);
    } finally {
      slot.waiting -= 1;
      if (slot.waiting === 0) busy.delete(key);
    }
  };
}
