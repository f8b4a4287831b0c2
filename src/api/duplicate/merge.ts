import type { Merge } from "../../store/decision-records.js";
import type { Merge as MergeMessage } from "../generated/cordon/v1/Merge.js";
import { toTimestamp, toTimestampOrNull } from "../mapping.js";

export function fromMerge(merge: Merge): MergeMessage {
  const { mergeId, personId, duplicatePersonId, reason, decidedBy } = merge;
  return {
    mergeId,
    personId,
    duplicatePersonId,
    reason,
    decidedBy,
    mergeTime: toTimestamp(merge.mergedAtMs),
    undoTime: toTimestampOrNull(merge.undoneAtMs),
  };
}
