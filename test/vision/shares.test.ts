import { describe, expect, it } from "vitest";
import { createShares, FLOW_SEEN_MS } from "../../src/vision/shares.js";

describe("the shares of threads", () => {
  it("give all of them to a flow that is alone", () => {
    const shares = createShares();
    shares.seen("a", 0);
    for (let running = 0; running < 4; running += 1) {
      expect(shares.mayHaveThread("a", 4, 1)).toBe(true);
      shares.begun("a");
    }
  });

  it("keep one back from a flow while another was seen, and give it when that is long ago", () => {
    const shares = createShares();
    shares.seen("b", 0);
    shares.seen("a", 10);
    shares.seen("a", 20);
    shares.begun("a");
    expect(shares.mayHaveThread("a", 2, 30)).toBe(false);
    expect(shares.mayHaveThread("b", 2, 30)).toBe(true);
    expect(shares.mayHaveThread("a", 3, 30)).toBe(true);
    expect(shares.mayHaveThread("a", 2, FLOW_SEEN_MS)).toBe(false);
    expect(shares.mayHaveThread("a", 2, FLOW_SEEN_MS + 1)).toBe(true);
  });

  it("give a flow its share again when a probe of it is done", () => {
    const shares = createShares();
    shares.seen("b", 0);
    shares.seen("a", 0);
    shares.begun("a");
    expect(shares.mayHaveThread("a", 2, 1)).toBe(false);
    shares.done("a");
    expect(shares.mayHaveThread("a", 2, 1)).toBe(true);
  });

  it("cannot keep the only thread back", () => {
    const shares = createShares();
    shares.seen("b", 0);
    shares.seen("a", 0);
    shares.begun("a");
    expect(shares.mayHaveThread("a", 1, 1)).toBe(true);
  });
});
