import type { Purpose } from "../store/records.js";
import type { Engine } from "../usecases/engine.js";
import { toPurpose } from "./mapping.js";

/** The purpose that a request about a zone names; the zone's own when it names none. */
export function purposeFor(
  { facts }: Pick<Engine, "facts">,
  { purpose, zoneId }: { readonly purpose: string; readonly zoneId: string },
): Purpose {
  const own = purpose === "PURPOSE_UNSPECIFIED" ? facts.zone(zoneId)?.zone.purpose : undefined;
  return own ?? toPurpose(purpose, "purpose");
}
