import type { Caller } from "../../access/access.js";
import { notFound } from "../../base/errors.js";
import {
  type RawHandlingRules,
  validateHandlingRules,
} from "../../compliance/validate-handling-rules.js";
import type { HandlingRules } from "../../store/filing-records.js";
import { beginChange } from "../begin-change.js";
import type { Engine } from "../engine.js";
import { recordOf } from "../validated.js";
import { refreshFiling } from "./status.js";

/** Sets the rules and procedures that no other record holds (Art. 15 (4)). */
export function setHandlingRules(
  engine: Engine,
  raw: RawHandlingRules,
  caller: Caller,
): Promise<HandlingRules> {
  return engine.exclusive(async () => {
    const { filing, clock } = engine;
    const rules = recordOf(validateHandlingRules(raw, clock.nowMs()));
    const { documentSha256, approver } = rules;
    const details = { documentSha256, approver };
    const change = beginChange(engine, caller, "filing.handling-rules", details);
    await change.store.setHandlingRules(rules);
    filing.book.handlingRules = rules;
    // They are no fact of the gate, so its revision does not tell.
    filing.book.checkedRevision = -1;
    refreshFiling(engine);
    await change.record();
    return rules;
  });
}

export function getHandlingRules({ filing }: Pick<Engine, "filing">): HandlingRules {
  const rules = filing.book.handlingRules;
  if (rules === null) throw notFound("handling rules", "self");
  return rules;
}
