import type { Caller } from "../access/access.js";
import { notFound } from "../base/errors.js";
import { type RawMinorRules, validateMinorRules } from "../compliance/validate-safeguards.js";
import type { MinorRules } from "../store/gate-records.js";
import { MINOR_RULES_KEY } from "../store/record-key.js";
import { keepRecord } from "./compliance-record.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/** Sets the rules for the face information of persons under 14 (Art. 7). */
export function setMinorRules(
  engine: Engine,
  raw: RawMinorRules,
  caller: Caller,
): Promise<MinorRules> {
  return engine.exclusive(async () => {
    const rules = recordOf(validateMinorRules(raw, engine.clock.nowMs()));
    const { documentSha256 } = rules;
    const change = { act: "minor-rules.set", details: { documentSha256 } };
    await keepRecord(engine, "minorRules", rules, change, caller);
    return rules;
  });
}

export async function getMinorRules(engine: Engine): Promise<MinorRules> {
  const rules = await engine.store.getRecord("minorRules", MINOR_RULES_KEY);
  if (rules === null) throw notFound("rules for minors", MINOR_RULES_KEY);
  return rules;
}
