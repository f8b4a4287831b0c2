import { describe, expect, test, vi } from "vitest";
import { capacityError } from "../../src/index/check.js";
import { noteSearch, searchShards } from "../../src/index/fan-out.js";
import { limitDefaults } from "../../src/index/options.js";
import { createPlacement } from "../../src/index/placement.js";
import { shardOf } from "../../src/index/shards.js";
import { createWrites } from "../../src/index/writes.js";
import { unit } from "./faces.js";
import { FakeLane } from "./fake-lane.js";

/** A person of the first of two workers, and one of the second. */
const [first, second] = [0, 1].map((shard) => {
  const ids = Array.from({ length: 99 }, (_, i) => `p${i}`);
  return ids.find((id) => shardOf(id, 2) === shard) ?? "";
}) as [string, string];

function setUp() {
  const lanes = [new FakeLane(), new FakeLane()] as const;
  const placement = createPlacement(lanes, "exact");
  const gallery = placement.add("g");
  for (const shard of gallery.shards) Object.assign(shard, { isPlaced: true, templates: 1 });
  const onLost = vi.fn();
  const writes = createWrites({ placement, dimension: 2, limits: limitDefaults, onLost });
  return { lanes, gallery, writes, onLost };
}

const entry = (personId: string, templateId: string) => ({
  personId,
  templateId,
  vector: unit([1, 0]),
});
const size = { persons: 1, templates: 1 };

/** All that waits for nothing but its turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  await turn();
  await turn();
  return settled;
}

describe("writes", () => {
  test("every worker hears of templates that may have been its own, and of no others", async () => {
    const { lanes, writes } = setUp();
    void writes.add("g", [entry(first, "t")]);
    expect(lanes.map(({ kinds }) => kinds)).toEqual([["add"], ["removeTemplates"]]);
    const fresh = setUp();
    void fresh.writes.add("g", [entry(first, "t")], { neverMoved: true });
    expect(fresh.lanes.map(({ kinds }) => kinds)).toEqual([["add"], []]);
  });

  test("a removal returns only after the searches that were asked before it", async () => {
    const { lanes, gallery, writes } = setUp();
    const [left, right] = lanes;
    const order: string[] = [];
    const search = noteSearch(gallery, searchShards(gallery, new Float32Array([7, 1]), 1, 5));
    const searched = search.then(() => order.push("search"));
    // One worker has answered, and so has to do with the person once more: the other is slow.
    left.answer();
    const removed = writes.removePerson("g", first).then(() => order.push("removal"));
    left.answerWith({ ...size, removed: 1 });
    expect(await hasSettled(removed)).toBe(false);
    right.answer();
    await Promise.all([searched, removed]);
    expect(order).toEqual(["search", "removal"]);
  });

  test("a removal does not wait for the searches that are asked after it", async () => {
    const { lanes, gallery, writes } = setUp();
    const removed = writes.removePerson("g", first);
    const search = noteSearch(gallery, searchShards(gallery, new Float32Array([7, 1]), 1, 5));
    lanes[0].answerWith({ ...size, removed: 1 });
    expect(await removed).toBe(1);
    for (const lane of lanes) lane.answer();
    await search;
  });

  test("both workers hear of an addition before anything that is asked behind it", async () => {
    const { lanes, gallery, writes } = setUp();
    const added = writes.add("g", [entry(first, "a"), entry(second, "b")]);
    void searchShards(gallery, new Float32Array([7, 1]), 1, 5).catch(() => undefined);
    for (const lane of lanes) {
      expect(lane.kinds).toEqual(["removeTemplates", "add", "search"]);
      lane.answerWith({ ...size, removed: 0 });
      lane.answerWith({ persons: 2, templates: 2 });
    }
    await added;
    expect(gallery.shards).toMatchObject([{ templates: 2 }, { templates: 2 }]);
    for (const lane of lanes) lane.answer();
  });

  test("a template that left one worker and did not reach the other is loaded again", async () => {
    const { lanes, gallery, writes, onLost } = setUp();
    const moved = writes.add("g", [entry(second, "t")]);
    lanes[0].answerWith({ persons: 0, templates: 0, removed: 1 });
    lanes[1].failWith(capacityError("no memory"));
    await expect(moved).rejects.toMatchObject({ reason: "CAPACITY_EXCEEDED" });
    expect(gallery.shards).toMatchObject([
      { state: "lost", isPlaced: false, templates: 0 },
      { state: "live", isPlaced: true, templates: 1 },
    ]);
    expect(onLost).toHaveBeenCalledWith("g");
    expect(lanes[0].kinds).toEqual(["removeTemplates", "drop"]);
  });

  test("an addition that fails and moved nothing loses nothing", async () => {
    const { lanes, gallery, writes, onLost } = setUp();
    const failed = writes.add("g", [entry(second, "t")]);
    lanes[0].answerWith({ ...size, removed: 0 });
    lanes[1].failWith(capacityError("no memory"));
    await expect(failed).rejects.toMatchObject({ reason: "CAPACITY_EXCEEDED" });
    expect(gallery.shards).toMatchObject([{ state: "live" }, { state: "live" }]);
    expect(onLost).not.toHaveBeenCalled();
  });
});
