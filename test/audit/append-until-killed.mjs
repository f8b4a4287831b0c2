// Run by a test: appends records, says which were acknowledged, and waits to be killed.
import { openAuditLog } from "../../dist/src/audit/audit-log.js";

const clock = { nowMs: () => Date.now() };
const log = await openAuditLog({ directory: process.argv[2], clock, segmentSizeBytes: 20_000 });
const actor = { name: "nvr-1", role: "camera", address: "10.0.0.7" };

async function appendOn() {
  while (true) {
    const seq = await log.append({ act: "identify", actor, details: { zoneId: "gate-4" } });
    process.stdout.write(`${seq};\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, appendOn));
