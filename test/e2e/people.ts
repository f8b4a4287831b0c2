import type { CordonClient } from "../../src/transport/client/client.js";
import { drawUnitVector } from "../drawn.js";
import { enrolEmbedding } from "./harness.js";

/** Somebody who is enrolled. */
export interface Enrolled {
  readonly personId: string;
  readonly vector: readonly number[];
}

/** Enrols somebody whom nobody resembles into the gallery "watch". */
export async function enrolSomebody(client: CordonClient, modelPack: string): Promise<Enrolled> {
  const vector = drawUnitVector(160);
  return { personId: await enrolEmbedding(client, vector, modelPack), vector };
}

/** The same many times over. */
export function enrolCrowd(
  client: CordonClient,
  modelPack: string,
  count: number,
): Promise<Enrolled[]> {
  return Promise.all(Array.from({ length: count }, () => enrolSomebody(client, modelPack)));
}

export async function modelPackOf(client: CordonClient): Promise<string> {
  const { modelPack } = await client.server.getServerInfo({});
  return modelPack?.name ?? "";
}

/** Which of these are not there any more, or never were. */
export async function absentOf(
  client: CordonClient,
  persons: readonly Enrolled[],
): Promise<readonly string[]> {
  const absent: string[] = [];
  for (const { personId } of persons) {
    const found = await client.enrolment.getPerson({ personId }).catch(notThere);
    if (found === null) absent.push(personId);
  }
  return absent;
}

function notThere(error: { status?: string }): null {
  if (error.status === "NOT_FOUND") return null;
  throw error;
}
