import { describe, expect, test, vi } from "vitest";
import type { FaceIndex, IndexReport } from "../../src/index/port.js";
import type { Logger } from "../../src/telemetry/log.js";
import { createMetrics } from "../../src/telemetry/metrics.js";
import { createIndexWatch } from "../../src/usecases/index-watch.js";

const none = { galleries: 0, templates: 0, bytes: 0, replayed: 0, agreed: 0 };

function setUp() {
  const metrics = createMetrics();
  metrics.stop();
  const log = { warn: vi.fn(), info: vi.fn() };
  const report = vi.fn<FaceIndex["report"]>();
  const watch = createIndexWatch(
    { index: { report } as unknown as FaceIndex, metrics, log: log as unknown as Logger },
    { driver: "auto", recallTarget: 0.99 },
  );
  async function poll(hnsw: Partial<typeof none>, more: Partial<IndexReport> = {}) {
    const methods = { exact: none, hnsw: { ...none, ...hnsw } };
    const kernels = ["simd"];
    report.mockResolvedValue({
      ...{ kernels, passedOver: [], workers: 2, methods, galleries: [] },
      ...more,
    });
    await watch.poll();
  }
  const text = () => metrics.registry.metrics();
  return { watch, poll, text, log, report };
}

describe("index watch", () => {
  test("shows what runs, and how much is searched in which way", async () => {
    const { poll, text, report } = setUp();
    const gallery = {
      galleryId: "staff",
      persons: 3,
      templates: 5,
      bytes: 1,
      replayed: 0,
      agreed: 0,
    };
    const galleries = [{ ...gallery, methods: ["exact", "hnsw"] as const, reasons: ["why"] }];
    await poll({ galleries: 1, templates: 5, bytes: 4096 }, { galleries });
    const shown = await text();
    expect(shown).toContain('cordon_index_info{driver="auto",kernel="simd",workers="2"} 1');
    expect(shown).toContain('cordon_index_galleries{method="hnsw"} 1');
    expect(shown).toContain('cordon_index_templates{method="hnsw"} 5');
    expect(shown).toContain('cordon_index_bytes{method="hnsw"} 4096');
    expect(shown).toContain('cordon_gallery_templates{gallery="staff",method="mixed"} 5');
    expect(report).toHaveBeenCalledWith(100);
  });

  test("warns once of a quicker kernel that is not used, and says why", async () => {
    const { poll, log } = setUp();
    await poll({});
    expect(log.warn).not.toHaveBeenCalled();
    const passedOver = ["the native kernel does not load: no such file"];
    for (let polls = 0; polls < 3; polls += 1) await poll({}, { passedOver });
    expect(log.warn).toHaveBeenCalledExactlyOnceWith(
      { kernels: ["simd"], passedOver },
      expect.stringContaining("kernel"),
    );
  });

  test("forgets galleries that are gone", async () => {
    const { poll, text } = setUp();
    const gallery = {
      galleryId: "staff",
      persons: 3,
      templates: 5,
      bytes: 1,
      replayed: 0,
      agreed: 0,
    };
    await poll({}, { galleries: [{ ...gallery, methods: [], reasons: [] }] });
    await poll({});
    expect(await text()).not.toContain('gallery="staff"');
  });

  test("counts replays, and begins anew after a worker took its counts along", async () => {
    const { poll, text } = setUp();
    await poll({ replayed: 50, agreed: 50 });
    await poll({ replayed: 20, agreed: 20 });
    await poll({ replayed: 30, agreed: 30 });
    expect(await text()).toContain('cordon_index_replayed_total{method="hnsw"} 60');
    expect(await text()).toContain('cordon_index_recall_at_1{method="hnsw"} 1');
    expect(await text()).not.toContain('cordon_index_recall_at_1{method="exact"}');
  });

  test("warns once when the recall falls below its target, and tells when it is back", async () => {
    const { poll, log } = setUp();
    await poll({ replayed: 2_000, agreed: 1_999 });
    expect(log.warn).not.toHaveBeenCalled();
    await poll({ replayed: 3_000, agreed: 2_950 });
    await poll({ replayed: 3_100, agreed: 3_045 });
    expect(log.warn).toHaveBeenCalledTimes(1);
    expect(log.warn.mock.calls[0]?.[0]).toMatchObject({ method: "hnsw", recallTarget: 0.99 });
    await poll({ replayed: 4_100, agreed: 4_045 });
    await poll({ replayed: 5_100, agreed: 5_045 });
    expect(log.info).toHaveBeenCalledTimes(1);
    expect(log.warn).toHaveBeenCalledTimes(1);
  });

  test("does not warn of what a few queries may show by chance", async () => {
    const { poll, log } = setUp();
    await poll({ replayed: 99, agreed: 50 });
    await poll({ replayed: 200, agreed: 151 });
    expect(log.warn).toHaveBeenCalledTimes(1);
    const other = setUp();
    await other.poll({ replayed: 100, agreed: 98 });
    expect(other.log.warn).not.toHaveBeenCalled();
  });

  test("asks one question at a time", async () => {
    const { watch, report } = setUp();
    report.mockReturnValue(new Promise(() => undefined));
    void watch.poll();
    void watch.poll();
    expect(report).toHaveBeenCalledTimes(1);
  });
});
