import { describe, expect, it } from "vitest";
import { createArrivals } from "../../src/transport/arrivals.js";

describe("what arrives on streams", () => {
  it("is held until it is handed on, or the stream is closed", () => {
    const arrivals = createArrivals(1_000);
    const one = arrivals.open(() => expect.unreachable());
    const other = arrivals.open(() => expect.unreachable());
    one.received(105);
    one.received(300);
    other.received(50);
    one.handedOn(100);
    expect(arrivals.heldBytes).toBe(350);
    other.close();
    expect(arrivals.heldBytes).toBe(300);
    one.close();
    one.close();
    expect(arrivals.heldBytes).toBe(0);
  });

  it("counts nothing below zero for a message that was compressed", () => {
    const arrivals = createArrivals(1_000);
    const one = arrivals.open(() => expect.unreachable());
    const other = arrivals.open(() => expect.unreachable());
    other.received(50);
    one.received(10);
    one.handedOn(100_000);
    expect(arrivals.heldBytes).toBe(50);
  });

  it("is too much for the stream that holds the most, whoever comes last", () => {
    const arrivals = createArrivals(1_000);
    const ended: string[] = [];
    const open = (name: string) =>
      arrivals.open((error) => {
        expect(error).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL" });
        ended.push(name);
      });
    const [large, small] = [open("large"), open("small")];
    large.received(900);
    small.received(100);
    expect(ended).toEqual([]);
    small.received(1);
    expect(ended).toEqual(["large"]);
    expect(arrivals.heldBytes).toBe(101);
    // What still comes in on it is not read.
    large.received(5_000);
    large.close();
    expect(arrivals.heldBytes).toBe(101);
    small.received(1_000);
    expect(ended).toEqual(["large", "small"]);
  });
});
