import type { CheckItem__Output } from "../api/generated/cordon/v1/CheckItem.js";
import type { CheckZoneResponse__Output } from "../api/generated/cordon/v1/CheckZoneResponse.js";
import { cureOf } from "./cures.js";
import { instant } from "./output.js";
import { table } from "./table.js";
import { harmless, type Paint, wrap } from "./text.js";

/** Columns of wrapped sentences. */
const WIDTH = 88;

/** What a rule wants, where a refusal names what is wrong. */
const rules: Readonly<Record<string, string>> = {
  ZONE_NOT_REGISTERED: "zone registered",
  ZONE_NOT_ACTIVE: "zone active",
  ZONE_EXPIRED: "zone within its dates",
  ZONE_PURPOSE_MISSING: "purpose and necessity",
  PRIVATE_SPACE: "no private space",
  SIGNAGE_MISSING: "sign at the entrance",
  SIGNAGE_STALE: "sign inspected",
  SIGNAGE_INCOMPLETE: "sign complete",
  CAMERA_UNKNOWN: "camera registered",
  CAMERA_OUTSIDE_GEOFENCE: "camera inside",
  CAMERA_POSITION_STALE: "position fresh",
  NOTICE_MISSING: "notice published",
  NOTICE_OUTDATED: "notice up to date",
  PIA_MISSING: "assessment approved",
  PIA_OUTDATED: "assessment up to date",
  ALTERNATIVE_METHOD_MISSING: "another way offered",
  EGRESS_NOT_PERMITTED: "networks permitted",
  GALLERY_NOT_AUTHORISED: "gallery authorised",
  FILING_OVERDUE: "filing in time",
  MINOR_RULES_MISSING: "rules for minors",
};

/** A checklist for people: a line for each rule and subject, the failing ones with their cure. */
export function describeChecklist(
  { zoneId, items }: CheckZoneResponse__Output,
  withinDays: number,
  paint: Paint,
): string {
  const [head = "", ...rows] = table(
    items,
    [
      { title: "", cell: markOf, style: (item) => (item.satisfied ? "green" : "red") },
      { title: "article", cell: (item) => item.article },
      { title: "rule", cell: (item) => rules[item.reason] ?? item.reason },
      { title: "subject", cell: (item) => item.subject },
      {
        title: "until (UTC)",
        cell: (item) => (item.satisfiedUntil === null ? "-" : dayOf(item)),
        style: (item) => (item.expiresSoon ? "yellow" : undefined),
      },
      { title: "by", cell: (item) => item.records.join(", ") || "-" },
    ],
    paint,
  ).split("\n");
  const lines = items.flatMap((item, row) => [rows[row] ?? "", ...detailsOf(item, zoneId, paint)]);
  const body = items.length === 0 ? [] : ["", head, ...lines];
  return [titleOf(zoneId, items, withinDays, paint), ...body].join("\n");
}

function titleOf(
  zoneId: string,
  items: readonly CheckItem__Output[],
  withinDays: number,
  paint: Paint,
): string {
  const failing = items.filter(({ satisfied }) => !satisfied).length;
  const soon = items.filter((item) => item.satisfied && item.expiresSoon).length;
  const verdict =
    failing === 0
      ? paint("green", `all ${items.length} satisfied`)
      : paint("red", `${failing} of ${items.length} not satisfied`);
  const later = soon === 0 ? "" : `, ${soon} only for less than ${withinDays} days`;
  return `zone ${harmless(zoneId)}: ${verdict}${paint("yellow", later)}`;
}

function markOf({ satisfied, expiresSoon }: CheckItem__Output): string {
  if (!satisfied) return "✗";
  return expiresSoon ? "!" : "✓";
}

function dayOf({ satisfiedUntil }: CheckItem__Output): string {
  return instant(satisfiedUntil).slice(0, 10);
}

/** Why a rule is not satisfied and what cures it; that it soon will not be. */
function detailsOf(item: CheckItem__Output, zoneId: string, paint: Paint): string[] {
  if (item.satisfied) return [];
  const said = `${item.reason}: ${item.description} ${item.remedy}`;
  const lines = wrap(harmless(said), WIDTH).map((line) => `     ${line}`);
  const cure = cureOf(item.reason, item.subject, item.description, zoneId);
  if (cure !== "") lines.push(`     ${paint("dim", "then:")} ${harmless(cure)}`);
  return lines;
}
