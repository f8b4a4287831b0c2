/** A lock between processes: a file that holds the holder's process id. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { hash } from "./files.mjs";

/** How long to wait for another set-up of the same folder, milliseconds. */
const WAIT_MS_MAX = 20 * 60 * 1000;
const POLL_MS = 250;

/**
 * The lock of one folder. A holder that died is found out and its lock taken over.
 *
 * `take(onWait)` returns null when the lock is ours, or why it could not be had; `onWait(holder)` is
 * called once when there is another holder. `release()` may be called whether it is held or not.
 */
export function lockOf(folder) {
  const name = hash([folder, `${userInfo().uid}`]).slice(0, 16);
  const file = join(tmpdir(), `cordon-setup-${name}.lock`);
  return {
    take: (onWait) => take(file, onWait),
    release: () => {
      if (holderOf(file) === process.pid) rmSync(file, { force: true });
    },
  };
}

function take(file, onWait) {
  const until = Date.now() + WAIT_MS_MAX;
  for (let waits = 0; !tryTake(file); ) {
    const holder = holderOf(file);
    if (holder !== null && !isAlive(holder)) {
      breakLock(file, holder);
      continue;
    }
    if (Date.now() > until) return `Waited too long. If none is running, remove ${file}.`;
    if (waits === 0) onWait(holder);
    waits += 1;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
  }
  return null;
}

function tryTake(file) {
  try {
    writeFileSync(file, `${process.pid}`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Moved aside before it is removed, so that of several who find it dead only one takes it. */
function breakLock(file, deadHolder) {
  const aside = `${file}.${deadHolder}.${process.pid}`;
  try {
    if (holderOf(file) === deadHolder) renameSync(file, aside);
  } catch {
    // Somebody else was quicker.
  }
  rmSync(aside, { force: true });
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, "utf8")) || null;
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
