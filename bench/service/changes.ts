import { CordonClientError } from "../../src/transport/client/error.js";
import { createFaceDrawer, DIMENSION } from "../gallery/draw.js";
import { enrolRequest, SUSPECTED } from "../load/enrolment-sender.js";
import { cameraId, galleryId, zoneId } from "../people/world.js";
import { quantileOf } from "../statistics.js";
import type { Site } from "./site.js";

/** Whether changes are in force when their call returns. */
export interface ChangesResult {
  readonly persons: number;
  /** Persons whom the query right after their enrolment did not find. Must be 0. */
  readonly notFound: number;
  /** Persons whom the query right after their erasure still found. Must be 0. */
  readonly stillFound: number;
  /** Milliseconds of the calls. */
  readonly enrol: { readonly p50: number; readonly p99: number };
  readonly erase: { readonly p50: number; readonly p99: number };
}

/** Enrols persons one by one, asks for each at once, erases each, asks again. */
export async function measureChanges(
  site: Site,
  times: number,
  onTurn: () => void,
): Promise<ChangesResult> {
  const { client } = site.server;
  const { modelPack } = site;
  const faces = createFaceDrawer(Date.now() % 2 ** 30);
  const vector = new Float32Array(DIMENSION);
  const enrolMs: number[] = [];
  const eraseMs: number[] = [];
  let notFound = 0;
  let stillFound = 0;

  async function isFound(personId: string): Promise<boolean> {
    const embedding = { modelPack, values: Array.from(vector) };
    const query = { zoneId, cameraId, galleryId, embedding, topK: 10 };
    const { faces: found } = await client.identification.identify(query);
    const listed = found.flatMap(({ candidates }) => candidates);
    return listed.some((candidate) => candidate.personId === personId);
  }

  for (let turn = 0; turn < times; turn++) {
    faces.stranger(turn, vector);
    const name = `change-${Date.now()}-${turn}`;
    const request = enrolRequest({ modelPack, galleryId }, name, vector);
    const enrolling = performance.now();
    const enrolled = await client.enrolment.enrolPerson(request).catch(unlessSuspected);
    if (enrolled === null) continue;
    enrolMs.push(performance.now() - enrolling);
    if (!(await isFound(enrolled.personId))) notFound += 1;
    const erasing = performance.now();
    await client.enrolment.erasePerson({ personId: enrolled.personId });
    eraseMs.push(performance.now() - erasing);
    if (await isFound(enrolled.personId)) stillFound += 1;
    onTurn();
  }
  const spread = (milliseconds: readonly number[]) => ({
    p50: quantileOf(milliseconds, 0.5),
    p99: quantileOf(milliseconds, 0.99),
  });
  const spreads = { enrol: spread(enrolMs), erase: spread(eraseMs) };
  return { persons: enrolMs.length, notFound, stillFound, ...spreads };
}

/** Whoever resembles somebody is passed over. */
function unlessSuspected(thrown: unknown): null {
  if (thrown instanceof CordonClientError && thrown.reason === SUSPECTED) return null;
  throw thrown;
}
