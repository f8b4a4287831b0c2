import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { readOneByOne } from "../../src/transport/http2-stream.js";

it("readOneByOne() asks a stream for each message when it is taken, and for none ahead", async () => {
  let asked = 0;
  const stream = new Readable({
    objectMode: true,
    read() {
      asked += 1;
      setImmediate(() => this.push({ message: asked }));
    },
  });
  readOneByOne(stream);
  const messages = stream.iterator({ destroyOnReturn: false });
  for (let taken = 1; taken <= 3; taken += 1) {
    await messages.next();
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect(asked).toBe(taken);
  }
  stream.destroy();
});
