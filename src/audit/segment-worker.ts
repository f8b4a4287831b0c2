import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { doneCell, type SegmentFailure, type SegmentOrder } from "./segment-thread.js";
import { openSegmentFile, type SegmentFile } from "./segments.js";

/** The thread's side: does one order after another, until one fails. */

if (parentPort === null) throw new Error("segment-worker.js is started as a worker thread");
const port = parentPort;
const done = workerData as Int32Array;
/** Open, the oldest first. */
const files: SegmentFile[] = [];
const orders: SegmentOrder[] = [];
let working = false;

port.on("message", (order: SegmentOrder) => {
  orders.push(order);
  if (!working) void work();
});

async function work(): Promise<void> {
  working = true;
  try {
    while (orders.length > 0) {
      const count = await workOn();
      Atomics.add(done, doneCell, count);
      port.postMessage(null);
      takeMore();
    }
  } catch (thrown) {
    // Nothing is done after a failure: what of it is on the disk is not known.
    await Promise.allSettled(files.map((file) => file.close()));
    const { message, code } = thrown as NodeJS.ErrnoException;
    port.postMessage({ message, code } satisfies SegmentFailure);
    return;
  }
  working = false;
}

/** Does the first order; appends that wait behind one share its write. Returns how many. */
async function workOn(): Promise<number> {
  const first = orders.shift();
  if (first?.kind === "open") {
    files.push(await openSegmentFile(first.path));
    return 1;
  }
  if (first?.kind === "close") {
    await files.shift()?.close();
    return 1;
  }
  const lines: Buffer[] = [];
  for (let next: SegmentOrder | undefined = first; next?.kind === "append"; ) {
    const { buffer, byteOffset, byteLength } = next.lines;
    lines.push(Buffer.from(buffer, byteOffset, byteLength));
    next = orders[0]?.kind === "append" ? orders.shift() : undefined;
  }
  await files.at(-1)?.append(lines);
  return lines.length;
}

/** What came while the disk was waited for, without a turn of the event loop. */
function takeMore(): void {
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    orders.push(got.message as SegmentOrder);
  }
}
