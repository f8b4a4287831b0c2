import { expect, it } from "vitest";
import { ThreadLeft } from "../src/base/thread-left.js";
import { createClosers } from "../src/closers.js";

function closersOf(...names: readonly string[]) {
  const closers = createClosers();
  const closed: string[] = [];
  for (const name of names) {
    const close = async () => {
      closed.push(name);
      if (name.startsWith("fails")) throw new Error(name);
      if (name.startsWith("left")) throw new ThreadLeft(name, 1);
      if (name.startsWith("hangs")) await new Promise(() => undefined);
    };
    if (name.startsWith("keeps")) closers.pushKeeper(close);
    else closers.push(close);
  }
  return { closers, closed };
}

it("closeAll() closes in the reverse order, each once", async () => {
  const { closers, closed } = closersOf("keeps 1", "b", "keeps 2", "c");
  await closers.closeAll();
  await closers.closeAll();
  expect(closed).toEqual(["c", "keeps 2", "b", "keeps 1"]);
});

it("closeAll() closes the rest when something fails, and tells of a thread first", async () => {
  const { closers, closed } = closersOf("a", "left", "fails");
  await expect(closers.closeAll()).rejects.toBeInstanceOf(ThreadLeft);
  expect(closed).toEqual(["fails", "left", "a"]);
});

it("closeKeepers() closes what keeps records while the rest hangs, each once", async () => {
  const { closers, closed } = closersOf("keeps 1", "keeps 2", "hangs");
  void closers.closeAll();
  await closers.closeKeepers();
  await closers.closeKeepers();
  expect(closed).toEqual(["hangs", "keeps 2", "keeps 1"]);
});
