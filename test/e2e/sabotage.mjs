/*
 * Loaded into every thread of a server under test by NODE_OPTIONS: while the file that
 * SABOTAGE_FILE names says so, a vision worker that is given a picture throws or exits.
 * The file holds `throw N` or `exit N`: how many workers are still to be lost.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread, parentPort, workerData } from "node:worker_threads";

const file = process.env.SABOTAGE_FILE ?? "";
if (!isMainThread && parentPort !== null && workerData?.pack !== undefined) {
  parentPort.on("message", (request) => {
    if (request.probe === undefined) return;
    const [how, left] = readFileSync(file, "utf8").split(" ");
    if (Number(left) === 0) return;
    writeFileSync(file, `${how} ${Number(left) - 1}`);
    if (how === "exit") process.exit(1);
    throw new Error("sabotage");
  });
}
