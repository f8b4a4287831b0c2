// Run by a test: appends records, says which were acknowledged, and waits to be killed, or until
// nothing more can be written.
import { generateKeyPairSync, sign } from "node:crypto";
import { openAuditLog } from "../../dist/src/audit/audit-log.js";

const clock = { nowMs: () => Date.now() };
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const log = await openAuditLog({
  directory: process.argv[2],
  clock,
  segmentSizeBytes: Number(process.argv[3]),
  checkpointRecords: 7,
  instanceId: "child",
  signer: {
    publicKey: publicKey.export({ type: "spki", format: "der" }).subarray(-32),
    sign: (message) => sign(null, message, privateKey),
  },
});
const actor = { name: "nvr-1", role: "camera", address: "10.0.0.7" };

async function appendOn() {
  while (true) {
    const seq = await log.append({ act: "identify", actor, details: { zoneId: "gate-4" } });
    process.stdout.write(`${seq};\n`);
  }
}
try {
  await Promise.all(Array.from({ length: 16 }, appendOn));
} catch (thrown) {
  process.stderr.write(`${thrown.code}: ${thrown.message}\n`);
}
