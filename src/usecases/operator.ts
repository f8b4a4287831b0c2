import type { Caller } from "../access/access.js";
import { CordonError, notFound } from "../base/errors.js";
import type { Operator } from "../store/records.js";
import { actorOf, type Engine } from "./engine.js";

const NAME_CHARACTERS_MAX = 200;
const CONTACT_CHARACTERS_MAX = 500;

export async function getOperator(engine: Engine): Promise<Operator> {
  const operator = await engine.store.getOperator();
  if (operator === null) throw notFound("operator", "self");
  return operator;
}

export function setOperator(engine: Engine, operator: Operator, caller: Caller): Promise<Operator> {
  const limits = [
    ["operator.name", operator.name, NAME_CHARACTERS_MAX],
    ["operator.contact", operator.contact, CONTACT_CHARACTERS_MAX],
  ] as const;
  const fields = limits
    .filter(([, text, max]) => text.trim().length === 0 || text.length > max)
    .map(([field, , max]) => ({ field, description: `must have 1 to ${max} characters` }));
  if (fields.length > 0) {
    throw new CordonError({
      status: "INVALID_ARGUMENT",
      reason: "FIELD_INVALID",
      message: fields.map(({ field, description }) => `${field} ${description}`).join("; "),
      fields,
    });
  }
  return engine.exclusive(async () => {
    await engine.store.setOperator(operator);
    const details = { name: operator.name };
    await engine.audit.append({ act: "operator.set", actor: actorOf(caller), details });
    return operator;
  });
}
