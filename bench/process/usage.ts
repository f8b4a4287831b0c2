import { readFile } from "node:fs/promises";

/** What a process used. Linux tells; elsewhere 0. */
export interface ProcessUsage {
  /** Processor time of all its threads so far, seconds. */
  readonly cpuSeconds: number;
  /** Resident memory now, bytes. */
  readonly residentBytes: number;
}

/** Linux counts in hundredths of a second on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

export async function usageOf(pid: number | undefined): Promise<ProcessUsage> {
  if (pid === undefined) return { cpuSeconds: 0, residentBytes: 0 };
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return parseUsage(stat, status);
}

/** @param stat, status the texts of the files of these names in `/proc/PID` */
export function parseUsage(stat: string, status: string): ProcessUsage {
  // The name of a process may hold spaces and parentheses; the fields follow the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return {
    cpuSeconds: ticks / TICKS_PER_SECOND,
    residentBytes: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024,
  };
}
