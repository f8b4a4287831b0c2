/** Messages that one side puts in and the other takes out by iterating. */
export interface Outbox<Message> extends AsyncIterable<Message> {
  push(message: Message): void;
  /** No more will come. */
  end(): void;
}

export function createOutbox<Message>(): Outbox<Message> {
  const waiting: Message[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  async function* take(): AsyncGenerator<Message> {
    for (;;) {
      const message = waiting.shift();
      if (message !== undefined) yield message;
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return {
    push(message) {
      waiting.push(message);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    [Symbol.asyncIterator]: take,
  };
}
