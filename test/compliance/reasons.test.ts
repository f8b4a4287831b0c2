import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { gateReasons } from "../../src/compliance/reasons.js";
import {
  enrolRules,
  momentaryRules,
  queryRules,
  zoneRules,
} from "../../src/compliance/rules/table.js";

const proto = readFileSync(new URL("../../proto/cordon/v1/reason.proto", import.meta.url), "utf8");

it("the gate's reasons are those of the API below 100, in its order", () => {
  const listed = [...proto.matchAll(/^\s*REASON_(\w+) = (\d+);/gm)]
    .map(([, name, number]) => ({ name, number: Number(number) }))
    .filter(({ number }) => number > 0 && number < 100)
    .map(({ name }) => name);
  expect(listed).toEqual([...gateReasons]);
});

it("every reason has a rule, and no rule another reason", () => {
  const rules = [...zoneRules, ...queryRules, ...momentaryRules, ...enrolRules];
  const ruled = new Set(rules.flatMap(({ reasons }) => reasons));
  expect([...ruled].sort()).toEqual([...gateReasons].sort());
});
