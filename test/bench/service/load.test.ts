import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureCount, type LoadClient, recorderOf } from "../../../bench/load/load-client.js";
import { cameraId } from "../../../bench/people/world.js";
import { measureChanges } from "../../../bench/service/changes.js";
import { runLoad, saturation } from "../../../bench/service/load.js";
import { openSite, type Site } from "../../../bench/service/site.js";

const { signal } = new AbortController();
let site: Site;
let client: LoadClient;
beforeAll(async () => {
  const quiet = { write: () => true };
  site = await openSite({ persons: 60, seed: 1, data: null, frames: [], stderr: quiet, signal });
  client = await site.startClient(cameraId);
});
afterAll(() => site?.close());

describe("a client process", () => {
  it.each([
    ["by streams", 2],
    ["each in a call of its own", 0],
  ])("has its queries answered %s, and counts them", async (_, streams) => {
    const { perSecond, report } = await runLoad(
      site,
      [client],
      saturation("embedding", streams, 8, 1),
    );
    expect(failureCount(report)).toBe(0);
    expect(perSecond).toBe(report.answered);
    expect(recorderOf(report).count).toBe(report.answered);
    expect(report.sent).toBeGreaterThanOrEqual(report.answered);
    expect(report.answered).toBeGreaterThan(0);
  });

  it("sends on schedule, a mixed deck too, and keeps operations apart", async () => {
    const { report } = await runLoad(site, [client], {
      ...{ deck: ["embedding", "enrol", "embedding", "erase"], streams: 1 },
      pace: { kind: "open", perSecond: 20, arrivals: "fixed" },
      ...{ warmUpSeconds: 0, seconds: 1, windowSeconds: 1 },
    });
    expect(report.failures).toEqual({});
    expect(report.sent).toBe(19);
    expect(recorderOf(report, { operation: "embedding" }).count).toBe(10);
    expect(recorderOf(report, { operation: "enrol" }).count).toBe(5);
  });

  it("says why queries fail", async () => {
    const stranger = await site.startClient("no-such-camera");
    const { report } = await runLoad(site, [stranger], saturation("embedding", 1, 1, 0.1));
    expect(Object.keys(report.failures)[0]).toMatch(/^embedding: FAILED_PRECONDITION/);
    expect(report.answered).toBe(0);
  });
});

describe("measureChanges()", () => {
  it("finds who was enrolled in the next query, and not who was erased", async () => {
    const changes = await measureChanges(site, 3, () => undefined);
    expect(changes).toMatchObject({ notFound: 0, stillFound: 0 });
    expect(changes.persons).toBeGreaterThan(0);
  });
});
