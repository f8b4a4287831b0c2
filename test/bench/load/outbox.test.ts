import { expect, it } from "vitest";
import { createOutbox } from "../../../bench/load/outbox.js";

it("createOutbox() hands messages over in order, those that came before and those that come later", async () => {
  const outbox = createOutbox<number>();
  outbox.push(1);
  const taken: number[] = [];
  const taking = (async () => {
    for await (const message of outbox) {
      taken.push(message);
      if (message === 1) queueMicrotask(() => outbox.push(2));
      if (message === 2) outbox.end();
    }
  })();
  await taking;
  expect(taken).toEqual([1, 2]);
});
