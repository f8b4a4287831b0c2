import type { AuditActor } from "../../audit/audit.js";
import type { Engine } from "../engine.js";
import type { Counted } from "./person-count.js";
import { refreshFiling } from "./status.js";

export interface Recount {
  readonly counted: Counted;
  /** What the running count had said. */
  readonly expected: Counted;
}

/**
 * Counts anew what is stored, while nobody is enrolled or erased, and holds the running count
 * against it. A difference is a bug: it is logged, on record, counted, and put right.
 */
export async function recountPersons(engine: Engine, actor: AuditActor): Promise<Recount> {
  const { filing, log, metrics, audit } = engine;
  const { recount, crossed } = await engine.roster.alone(async () => {
    const { persons, templates } = filing.count;
    const expected = { persons, templates };
    const counted = await countStored(engine);
    if (!isSame(counted, expected)) filing.count.set(counted);
    const crossing = filing.crossing.check(counted.persons, engine.clock.nowMs());
    return { recount: { counted, expected }, crossed: crossing };
  });
  const { counted, expected } = recount;
  const differs = !isSame(counted, expected);
  if (differs) {
    log.error({ counted, expected }, "the running count of persons was wrong; it is put right");
    metrics.filingCountCorrections.inc();
  }
  await crossed;
  refreshFiling(engine);
  const details = {
    persons: counted.persons,
    templates: counted.templates,
    expectedPersons: expected.persons,
    expectedTemplates: expected.templates,
    corrected: differs,
  };
  await audit.append({ act: "filing.recount", actor, details });
  return recount;
}

export async function countStored({ store }: Pick<Engine, "store">): Promise<Counted> {
  const [persons, templates] = await Promise.all([
    store.countPersons(),
    store.countTemplatesStored(),
  ]);
  return { persons, templates };
}

function isSame(a: Counted, b: Counted): boolean {
  return a.persons === b.persons && a.templates === b.templates;
}
