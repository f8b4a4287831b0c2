import type { CordonClient } from "../../src/transport/client/client.js";
import type { Progress } from "../progress.js";
import { cameraId, galleryId, zoneId } from "./world.js";

/** Times of calls, milliseconds, in rising order. */
export type Times = readonly number[];

/** The time that this share of the calls does not exceed. */
export function quantile(times: Times, share: number): number {
  return times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? Number.NaN;
}

/** Erases persons one after another. */
export async function eraseSome(
  client: CordonClient,
  count: number,
  progress: Progress,
): Promise<Times> {
  const times: number[] = [];
  while (times.length < count) {
    const pageSize = Math.min(1_000, count - times.length);
    const { persons } = await client.enrolment.listPersons({ pageSize });
    if (persons.length === 0) break;
    for (const { personId } of persons) {
      const started = performance.now();
      await client.enrolment.erasePerson({ personId });
      times.push(performance.now() - started);
      progress.add();
    }
  }
  return times.sort((a, b) => a - b);
}

export interface QueryTimes {
  readonly total: Times;
  /** The part of each that waited for its audit record. */
  readonly audit: Times;
}

/** Queries by embeddings, from several callers at once. */
export async function queryTimes(
  client: CordonClient,
  modelPack: string,
  vectors: readonly (readonly number[])[],
  callers: number,
): Promise<QueryTimes> {
  const queue = vectors.values();
  const total: number[] = [];
  const audit: number[] = [];
  const caller = async () => {
    for (const values of queue) {
      const embedding = { modelPack, values: [...values] };
      const query = { zoneId, cameraId, galleryId, embedding };
      const { timings } = await client.identification.identify(query);
      total.push(timings?.totalMs ?? Number.NaN);
      audit.push(timings?.auditMs ?? Number.NaN);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { total: total.sort((a, b) => a - b), audit: audit.sort((a, b) => a - b) };
}
