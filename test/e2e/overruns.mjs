/*
 * node overruns.mjs <count>: gives each of two vision workers so many pictures that take longer than
 * they may, one after another. A process of its own, since what must not happen is its abort.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { systemClock } from "../../dist/src/base/clock.js";
import { mintPermit } from "../../dist/src/base/permit.js";
import { loadPack } from "../../dist/src/vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../../dist/src/vision/packs/models-dir.js";
import { createVision } from "../../dist/src/vision/pool.js";

const count = Number(process.argv[2]);
const demo = dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json"));
const bytes = readFileSync(join(demo, "demo/sample5.jpg"));
const events = {};
const vision = await createVision({
  pack: loadPack(defaultModelsDir(), defaultPack),
  clock: systemClock,
  workers: 2,
  // Long enough to be in the detector, short of its end.
  jobMsMax: 60,
  onEvent: (event) => {
    events[event] = (events[event] ?? 0) + 1;
  },
});
const reasons = new Set();

async function flood(cameraId) {
  const permit = mintPermit({
    act: "identify",
    zoneId: "gate",
    cameraId,
    galleryIds: ["wanted"],
    purpose: "public-safety",
    expiresAtMs: Date.now() + 600_000,
  });
  for (let i = 0; i < count; i += 1) {
    await vision.embed(permit, { kind: "image", bytes }).then(
      () => reasons.add("answered"),
      ({ reason }) => reasons.add(reason),
    );
  }
}
await Promise.all([flood("east"), flood("west")]);
await vision.close();
console.log(JSON.stringify({ events, reasons: [...reasons] }));
