import type { AuditFilter } from "../../audit/audit.js";
import { invalidField } from "../../base/errors.js";
import type { AuditFilter__Output } from "../generated/cordon/v1/AuditFilter.js";
import { ID_CHARACTERS_MAX } from "../guard.js";
import { toMs } from "../mapping.js";

/** An absent condition, and an empty one, always holds. */
export function toFilter(filter: AuditFilter__Output | null): AuditFilter {
  if (filter === null) return {};
  const fromMs = toMs(filter.fromTime, "filter.from_time");
  const untilMs = toMs(filter.untilTime, "filter.until_time");
  return {
    ...(fromMs === null ? {} : { fromMs }),
    ...(untilMs === null ? {} : { untilMs }),
    ...given("zoneId", filter.zoneId),
    ...given("cameraId", filter.cameraId),
    ...given("actor", short(filter.actor, "filter.actor")),
    ...given("act", short(filter.act, "filter.act")),
    ...given("reason", short(filter.reason, "filter.reason")),
    ...(filter.personId === "" ? {} : { personIds: [filter.personId] }),
  };
}

function given<Key extends keyof AuditFilter>(key: Key, value: string) {
  return value === "" ? {} : { [key]: value };
}

/** The filter is on record, and what nobody is called is not worth that. */
function short(value: string, field: string): string {
  if (value.length <= ID_CHARACTERS_MAX) return value;
  throw invalidField(field, `must have at most ${ID_CHARACTERS_MAX} characters`);
}
