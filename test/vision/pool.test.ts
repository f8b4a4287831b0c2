import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.js";
import { mintPermit, type Permit } from "../../src/base/permit.js";
import { createVision, type VisionEvent } from "../../src/vision/pool.js";
import type { VisionProbe } from "../../src/vision/port.js";
import { cosine, faceAt, openEngine, pack, photo, rejection } from "./photos.js";

const events: VisionEvent[] = [];
const vision = await createVision({
  pack,
  clock: systemClock,
  workers: 2,
  queueMax: 2,
  onEvent: (event) => events.push(event),
});
afterAll(() => vision.close());

function permit(expiresInMs = 60_000): Permit {
  return mintPermit({
    act: "identify",
    zoneId: "gate",
    cameraId: "east",
    galleryIds: ["wanted"],
    purpose: "public-safety",
    expiresAtMs: Date.now() + expiresInMs,
  });
}

const image = (bytes: Uint8Array): VisionProbe => ({ kind: "image", bytes });

describe("createVision()", () => {
  it("says what runs", () => {
    expect(vision.info).toEqual({
      modelPack: pack.name,
      dimension: 160,
      chipSizePx: 112,
      weightsLicence: "MIT",
      executionProvider: "cpu",
      workers: 2,
    });
  });

  for (const executionProvider of ["cuda", "tensorrt", "coreml", "dml"] as const) {
    it(`fails when ${executionProvider} is asked for and not there, naming what is`, async () => {
      const start = createVision({
        pack,
        clock: systemClock,
        workers: 1,
        engine: { executionProvider },
      });
      const error = await rejection(start, "EXECUTION_PROVIDER_UNAVAILABLE");
      expect(error.message).toContain(`"${executionProvider}"`);
      expect(error.message).toMatch(/Available[^:]*: .*cpu/);
    });
  }

  it("fails when a model is not one", async () => {
    const broken = {
      ...pack,
      detector: { ...pack.detector, path: fileURLToPath(import.meta.url) },
    };
    const start = createVision({ pack: broken, clock: systemClock, workers: 1 });
    await rejection(start, "MODEL_UNREADABLE");
  });
});

describe("embed()", () => {
  it("without a genuine permit that is still good does nothing", async () => {
    const forged = { ...permit() } as Permit;
    await expect(vision.embed(forged, image(photo(1)))).rejects.toThrow("FORGED");
    await expect(vision.embed(permit(-1), image(photo(1)))).rejects.toMatchObject({
      reason: "PERMIT_EXPIRED",
    });
  });

  it("gives in a worker what the engine gives in this thread", async () => {
    const engine = await openEngine();
    const here = await engine.analyse(image(photo(3)));
    await engine.close();
    const bytes = photo(3);
    const there = await vision.embed(permit(), image(bytes));
    expect(bytes.equals(photo(3))).toBe(true);
    expect(there.faces).toHaveLength(3);
    here.faces.forEach((face, i) => {
      expect(faceAt(there.faces, i).box).toEqual(face.box);
      expect(cosine(faceAt(there.faces, i).embedding, face.embedding)).toBeGreaterThan(0.9999);
    });
  });

  it("carries an image's fault out of the worker whole", async () => {
    const error = await rejection(vision.embed(permit(), image(Buffer.alloc(0))), "IMAGE_EMPTY");
    expect(error.status).toBe("INVALID_ARGUMENT");
    expect(error.fields).toHaveLength(1);
  });

  it("refuses beyond the queue's limit, and serves all that it took", async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 6 }, () => vision.embed(permit(), image(photo(1)))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<string>(4).fill("fulfilled"),
      ...Array<string>(2).fill("rejected"),
    ]);
    expect(events).toContain("queue-full");
  });

  it("answers a cancelled caller while the work is under way, and goes on serving", async () => {
    const controller = new AbortController();
    const job = vision.embed(permit(), image(photo(4)), controller.signal);
    setImmediate(() => controller.abort());
    await rejection(job, "CANCELLED");
    const next = await vision.embed(permit(), image(photo(1)));
    expect(next.faces).toHaveLength(3);
  });

  it("survives a probe that kills its worker", async () => {
    const poison = { kind: "not a kind", bytes: photo(1) } as unknown as VisionProbe;
    await rejection(vision.embed(permit(), poison), "WORKER_FAILED");
    expect(events.filter((event) => event === "worker-lost")).toHaveLength(2);
    const next = await vision.embed(permit(), image(photo(1)));
    expect(next.faces).toHaveLength(3);
  });
});
