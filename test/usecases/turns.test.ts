import { describe, expect, test } from "vitest";
import { createTurns } from "../../src/usecases/turns.js";

const never = new AbortController().signal;
const limits = { atOnce: 4, perCamera: 2, waitingMax: 100 };
/** Somebody who asks now and then, so that nobody is the only one. */
const another = "another";

/** Turns, and in which order queries that waited got theirs. */
function world(changes: Partial<typeof limits> = {}) {
  let now = 0;
  const turns = createTurns({ ...limits, ...changes }, () => now);
  const begun: string[] = [];
  const ask = (camera: string, name: string, signal = never) =>
    turns.begin(camera, signal).then(() => void begun.push(name));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const pass = (ms: number) => {
    now += ms;
  };
  const visit = async () => {
    await turns.begin(another, never);
    turns.end(another);
  };
  return { turns, begun, ask, settle, pass, visit };
}

describe("createTurns()", () => {
  test("a camera that is alone gets all there is, and the next wait for an end", async () => {
    const { turns, begun, ask, settle } = world();
    for (const name of ["1", "2", "3", "4", "5", "6"]) void ask("a", name);
    await settle();
    expect(begun).toEqual(["1", "2", "3", "4"]);
    expect(turns.waiting).toBe(2);
    turns.end("a");
    await settle();
    expect(begun).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("beside another one it gets its part, until that was not seen for a minute", async () => {
    const { begun, ask, settle, pass, visit, turns } = world();
    await visit();
    for (const name of ["1", "2", "3", "4"]) void ask("a", name);
    await settle();
    expect(begun).toEqual(["1", "2"]);
    pass(59_000);
    turns.end("a");
    await settle();
    expect(begun).toEqual(["1", "2", "3"]);
    pass(2_000);
    await ask("a", "5");
    expect(begun).toEqual(["1", "2", "3", "5"]);
    turns.end("a");
    await settle();
    expect(begun).toEqual(["1", "2", "3", "5", "4"]);
  });

  test("whoever sends little waits for nobody who floods", async () => {
    const { begun, ask, settle, visit } = world();
    await visit();
    for (let n = 0; n < 50; n += 1) void ask("flood", `f${n}`);
    await ask("quiet", "q");
    await settle();
    expect(begun).toEqual(["f0", "f1", "q"]);
  });

  test("those that wait take turns, camera by camera", async () => {
    const { turns, begun, ask, settle } = world({ atOnce: 1 });
    for (const n of [0, 1, 2]) void ask("a", `a${n}`);
    for (const n of [0, 1]) void ask("b", `b${n}`);
    for (const camera of ["a", "a", "b", "a"]) {
      await settle();
      turns.end(camera);
    }
    await settle();
    expect(begun).toEqual(["a0", "a1", "b0", "a2", "b1"]);
  });

  test("a query that is given up while it waits takes no turn", async () => {
    const { turns, begun, ask, settle } = world({ atOnce: 1 });
    await ask("a", "1");
    const gone = new AbortController();
    const lost = ask("a", "2", gone.signal);
    void ask("a", "3");
    gone.abort();
    await expect(lost).rejects.toMatchObject({ reason: "CANCELLED" });
    turns.end("a");
    await settle();
    expect(begun).toEqual(["1", "3"]);
    await expect(ask("a", "4", gone.signal)).rejects.toMatchObject({ reason: "CANCELLED" });
    expect(turns.waiting).toBe(0);
  });

  test("when too many wait, the camera with the most gives way; alone it is refused", async () => {
    const { turns, begun, ask, settle } = world({ atOnce: 1, waitingMax: 3 });
    await ask("a", "1");
    const flood = ["2", "3", "4"].map((name) => ask("a", name).catch(({ reason }) => reason));
    await expect(ask("a", "5")).rejects.toMatchObject({
      status: "RESOURCE_EXHAUSTED",
      reason: "QUEUE_FULL",
      retryAfterMs: 1_000,
    });
    void ask("b", "b1");
    expect(await flood[2]).toBe("QUEUE_FULL");
    for (const camera of ["a", "a", "b"]) {
      turns.end(camera);
      await settle();
    }
    expect(begun).toEqual(["1", "2", "b1", "3"]);
  });

  test("every turn that was given back can be had again", async () => {
    const { turns, ask, settle, visit } = world();
    await visit();
    const cameras = ["a", "b", "c", "a", "a", "b", "c", "c", "a"];
    const asked = cameras.map((camera) => ask(camera, camera).then(() => turns.end(camera)));
    await Promise.all(asked);
    await settle();
    await Promise.all([ask("a", "1"), ask("a", "2"), ask("b", "3"), ask("b", "4")]);
    expect(turns.waiting).toBe(0);
  });
});
