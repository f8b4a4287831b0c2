import type { MinorRules } from "../../store/gate-records.js";
import type { MinorRules as MinorRulesMessage } from "../generated/cordon/v1/MinorRules.js";
import { fromHex, toTimestamp } from "../mapping.js";

export function fromMinorRules({ documentSha256, approvedAtMs, ...rules }: MinorRules) {
  const message: MinorRulesMessage = {
    ...rules,
    documentSha256: fromHex(documentSha256),
    approveTime: toTimestamp(approvedAtMs),
  };
  return message;
}
