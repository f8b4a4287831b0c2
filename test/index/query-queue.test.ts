import { describe, expect, test } from "vitest";
import type { Placed } from "../../src/index/placement.js";
import { createQueryQueue, type Waiting } from "../../src/index/query-queue.js";

interface Named extends Waiting {
  readonly name: string;
}

const staff = { galleryId: "staff" } as Placed;
const visitors = { galleryId: "visitors" } as Placed;

function waiting(name: string, more: Partial<Waiting> = {}): Named {
  return { name, cameraId: name.slice(0, 1), gallery: staff, count: 1, k: 2, ...more };
}

function queueOf(...all: readonly Named[]) {
  const queue = createQueryQueue<Named>();
  for (const one of all) queue.push(one);
  const take = (queriesMax: number) => queue.take(queriesMax).map(({ name }) => name);
  return { queue, take };
}

const flood = (camera: string, count: number) =>
  Array.from({ length: count }, (_, i) => waiting(`${camera}${i}`));

describe("query queue", () => {
  test("one camera's searches are taken in their order, as many as fit", () => {
    const { queue, take } = queueOf(...flood("a", 5));
    expect(take(3)).toEqual(["a0", "a1", "a2"]);
    expect(queue.queries).toBe(2);
    expect(take(3)).toEqual(["a3", "a4"]);
    expect(take(3)).toEqual([]);
    expect(queue.queries).toBe(0);
  });

  test("cameras take turns, so that a late one is in the very next batch", () => {
    const { take } = queueOf(...flood("a", 100), waiting("b0"), waiting("c0"), waiting("b1"));
    expect(take(4)).toEqual(["a0", "b0", "c0", "a1"]);
    expect(take(4)).toEqual(["b1", "a2", "a3", "a4"]);
  });

  test("with more cameras than places, none waits for another's second turn", () => {
    const cameras = ["a", "b", "c", "d", "e"];
    const { take } = queueOf(...cameras.flatMap((camera) => flood(camera, 2)));
    expect(take(2)).toEqual(["a0", "b0"]);
    expect(take(2)).toEqual(["c0", "d0"]);
    expect(take(2)).toEqual(["e0", "a1"]);
  });

  test("a batch is of one gallery, and the others lead the next ones", () => {
    const other = { gallery: visitors };
    const { take } = queueOf(
      waiting("a0"),
      waiting("b0", other),
      waiting("c0"),
      waiting("a1", other),
    );
    expect(take(8)).toEqual(["a0", "c0"]);
    expect(take(8)).toEqual(["b0", "a1"]);
  });

  test("a search for a hundred candidates does not slow those for two", () => {
    const { take } = queueOf(waiting("a0"), waiting("b0", { k: 100 }), waiting("c0", { k: 1 }));
    expect(take(8)).toEqual(["a0"]);
    expect(take(8)).toEqual(["b0"]);
    expect(take(8)).toEqual(["c0"]);
  });

  test("a search of several queries is never split, and one larger than a batch goes alone", () => {
    const { take } = queueOf(
      waiting("a0", { count: 3 }),
      waiting("b0", { count: 3 }),
      waiting("c0"),
      waiting("d0", { count: 9 }),
    );
    expect(take(4)).toEqual(["a0", "c0"]);
    expect(take(4)).toEqual(["b0"]);
    expect(take(4)).toEqual(["d0"]);
  });

  test("what is removed is not taken, and what is put in front goes first", () => {
    const [first, second] = [waiting("a0"), waiting("b0")];
    const { queue, take } = queueOf(first, second, waiting("b1"));
    expect(queue.remove(second)).toBe(true);
    expect(queue.remove(second)).toBe(false);
    queue.pushFront(second);
    expect(queue.first).toBe(second);
    expect(queue.queries).toBe(3);
    expect(take(2)).toEqual(["b0", "a0"]);
    expect(queue.queriesOf("b")).toBe(1);
    expect(queue.queriesOf("a")).toBe(0);
  });

  test("the newest of the camera with the most queries is known", () => {
    const { queue } = queueOf(
      waiting("a0"),
      waiting("b0"),
      waiting("b1"),
      waiting("c0", { count: 2 }),
    );
    expect(queue.newestOfLongest()?.name).toBe("b1");
    queue.push(waiting("c1"));
    expect(queue.newestOfLongest()?.name).toBe("c1");
  });
});
