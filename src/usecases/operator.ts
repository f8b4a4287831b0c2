import type { Caller } from "../access/access.js";
import { notFound } from "../base/errors.js";
import { revisedOperator } from "../compliance/fingerprint.js";
import { type RawOperator, validateOperator } from "../compliance/validate-operator.js";
import type { Operator } from "../store/records.js";
import { beginChange } from "./begin-change.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

export async function getOperator(engine: Engine): Promise<Operator> {
  const operator = await engine.store.getOperator();
  if (operator === null) throw notFound("operator", "self");
  return operator;
}

/** Sets the operator's profile. A new name or contact makes every notice outdated, for ever. */
export function setOperator(engine: Engine, raw: RawOperator, caller: Caller): Promise<Operator> {
  const profile = recordOf(validateOperator(raw));
  return engine.exclusive(async () => {
    const operator = revisedOperator(await engine.store.getOperator(), profile);
    const { name, unifiedSocialCreditCode, region } = operator;
    const details = { name, unifiedSocialCreditCode, region };
    const change = beginChange(engine, caller, "operator.set", details);
    await change.store.setOperator(operator);
    engine.facts.setOperator(operator);
    await change.record();
    return operator;
  });
}
