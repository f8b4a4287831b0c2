import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDeadlines } from "../../src/base/deadlines.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("deadlines", () => {
  it("call back each at its own time, whatever the order in which they came", () => {
    const deadlines = createDeadlines();
    const expired: number[] = [];
    const nowMs = performance.now();
    for (const inMs of [30, 10, 20, 20]) deadlines.watch(nowMs + inMs, () => expired.push(inMs));
    vi.advanceTimersByTime(10);
    expect(expired).toEqual([10]);
    vi.advanceTimersByTime(10);
    expect(expired).toEqual([10, 20, 20]);
    vi.advanceTimersByTime(10);
    expect(expired).toEqual([10, 20, 20, 30]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("have one timer for all, and forget without touching it", () => {
    const deadlines = createDeadlines();
    const expired: string[] = [];
    const nowMs = performance.now();
    const forget = deadlines.watch(nowMs + 10, () => expired.push("forgotten"));
    deadlines.watch(nowMs + 50, () => expired.push("kept"));
    forget();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(50);
    expect(expired).toEqual(["kept"]);
  });

  it("call back at once for a time that is past, but not before they return", () => {
    const deadlines = createDeadlines();
    let expired = false;
    deadlines.watch(performance.now() - 5, () => {
      expired = true;
    });
    expect(expired).toBe(false);
    vi.advanceTimersByTime(0);
    expect(expired).toBe(true);
  });

  it("are all forgotten by clear()", () => {
    const deadlines = createDeadlines();
    deadlines.watch(performance.now() + 10, () => {
      throw new Error("it was forgotten");
    });
    deadlines.clear();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(20);
  });
});
