import type { AuditLine } from "../../audit/audit.js";
import type { AuditRecord } from "../generated/cordon/v1/AuditRecord.js";
import { toTimestamp } from "../mapping.js";

export function fromLine({ record, hash, line }: AuditLine): AuditRecord {
  const { seq, timeMs, act, actor, details } = record;
  return {
    seq,
    time: toTimestamp(timeMs),
    act,
    actorName: actor.name,
    actorRole: actor.role,
    actorAddress: actor.address,
    detailsJson: JSON.stringify(details),
    hash,
    line,
  };
}
