import { timestamp } from "../e2e/harness.js";
import { DAY_MS } from "./engine.js";
import { modelPack, vectorOf } from "./spies.js";
import type { World } from "./world.js";

/** Enrols somebody whom nobody of another number resembles (numbers are modulo 160). */
export async function enrolNumber(world: World, number: number, change: object = {}) {
  const retentionDeadline = timestamp(world.clock.nowMs() + 200 * DAY_MS);
  return world.client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline,
    sources: [{ embedding: { modelPack, values: [...vectorOf(number)] } }],
    ...change,
  });
}

/** Enrols the numbers from `first` on, one after the other. */
export async function enrolNumbers(world: World, first: number, count: number) {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    ids.push((await enrolNumber(world, first + at)).personId);
  }
  return ids;
}

/** The operator of the lawful world, with its unified social credit code, on record. */
export async function identifyOperator({ client }: Pick<World, "client">): Promise<void> {
  const { operator } = await client.server.getOperator({});
  if (operator === null) throw new Error("no operator");
  const unifiedSocialCreditCode = "91350100M000100Y43";
  await client.server.setOperator({ operator: { ...operator, unifiedSocialCreditCode } });
}

export async function statusOf(world: World) {
  const { status } = await world.client.filing.getFilingStatus({});
  if (status === null) throw new Error("no status");
  return status;
}

/** The records of one act that the audit was given, in order. */
export function auditedAs(world: World, act: string) {
  return world.audited.filter((event) => event.act === act).map(({ details }) => details);
}
