import type { Caller } from "../../access/access.js";
import { notFound } from "../../base/errors.js";
import {
  type RawHandlingRules,
  validateHandlingRules,
} from "../../compliance/validate-handling-rules.js";
import type { HandlingRules } from "../../store/filing-records.js";
import { actorOf, type Engine } from "../engine.js";
import { recordOf } from "../validated.js";
import { requireRecordable } from "./events.js";
import { refreshFiling } from "./status.js";

/** Sets the rules and procedures that no other record holds (Art. 15 (4)). */
export function setHandlingRules(
  engine: Engine,
  raw: RawHandlingRules,
  caller: Caller,
): Promise<HandlingRules> {
  return engine.exclusive(async () => {
    const { store, filing, audit, clock } = engine;
    const rules = recordOf(validateHandlingRules(raw, clock.nowMs()));
    const { documentSha256, approver } = rules;
    const details = { documentSha256, approver };
    requireRecordable(details);
    await store.setHandlingRules(rules);
    filing.book.handlingRules = rules;
    // They are no fact of the gate, so its revision does not tell.
    filing.book.checkedRevision = -1;
    refreshFiling(engine);
    await audit.append({ act: "filing.handling-rules", actor: actorOf(caller), details });
    return rules;
  });
}

export function getHandlingRules({ filing }: Pick<Engine, "filing">): HandlingRules {
  const rules = filing.book.handlingRules;
  if (rules === null) throw notFound("handling rules", "self");
  return rules;
}
