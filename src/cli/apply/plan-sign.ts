import type { Sign__Output } from "../../api/generated/cordon/v1/Sign.js";
import type { Validated } from "../../compliance/checks.js";
import { validateInspection, validateSign } from "../../compliance/validate-sign.js";
import { type SignDocument, signRequest } from "../documents/sign.js";
import { shortName } from "../output.js";
import { changesOf, type SeenRecord } from "./change.js";
import type { Expected } from "./expected.js";
import {
  createOrUpdate,
  judged,
  noZone,
  Phase,
  type Planner,
  requires,
  type Step,
} from "./plan.js";
import { rawInspection, rawSign } from "./raw.js";
import { seenHash, seenInstant, seenPlace, seenSet } from "./seen.js";

/**
 * Records a sign, and its inspection when the document states a later one. An inspection that was
 * recorded since is newer than the document, and stays.
 */
export const planSign: Planner<SignDocument> = async (document, current, expected) => {
  const signs = await current.signs(document.zone_id);
  const found = signs.find(({ signId }) => signId === document.sign_id) ?? null;
  const record = changesOf(found && seenFound(found), seenWanted(document));
  const recordsAnew = found === null || record.length > 0;
  const { inspected, inspector } = document;
  const inspectedAt = found?.inspectTime ?? document.installed;
  const isLater = inspected !== undefined && inspected.seconds > inspectedAt.seconds;
  const inspects = inspected !== undefined && (recordsAnew || isLater);
  const { sign: phase } = Phase;
  const steps: Step[] = [];
  if (recordsAnew) {
    const sign = signRequest(document);
    const run: Step["run"] = (client) => client.signage.recordSign({ sign });
    steps.push({ phase, name: "record", run });
  }
  if (inspects && inspected.seconds !== document.installed.seconds) {
    const request = {
      zoneId: document.zone_id,
      signId: document.sign_id,
      inspector: inspector ?? "",
      inspectTime: inspected,
    };
    const run: Step["run"] = (client) => client.signage.inspectSign(request);
    steps.push({ phase, name: "inspect", run });
  }
  const inspection = inspects
    ? changesOf(
        { inspected: seenInstant(found?.inspectTime) },
        { inspected: seenInstant(inspected) },
      )
    : [];
  const outcome = createOrUpdate(found !== null, [...record, ...inspection], ...steps);
  const inspectedAgain = steps.some(({ name }) => name === "inspect");
  return judged(outcome, ...(await judge(document, recordsAnew, inspectedAgain, expected)));
};

/** What the server would say to the sign, and to its inspection. */
async function judge(
  document: SignDocument,
  recordsAnew: boolean,
  inspects: boolean,
  { zone, nowMs }: Expected,
): Promise<readonly Validated<unknown>[]> {
  const there = await zone(document.zone_id);
  if (there === "none") return [requires(false, "zone_id", noZone)];
  if (there === "unclear") return [];
  const sign = validateSign(rawSign(document), there.zone, nowMs, there.geofence);
  const judgements: Validated<unknown>[] = recordsAnew ? [sign] : [];
  if (inspects && sign.ok) {
    judgements.push(validateInspection(rawInspection(document), sign.record, nowMs));
  }
  return judgements;
}

function seenWanted(sign: SignDocument): SeenRecord {
  return {
    entrance_id: sign.entrance_id,
    position: seenPlace(sign),
    photo_sha256: seenHash(sign.photoSha256),
    installed: seenInstant(sign.installed),
    items: seenSet(sign.items),
  };
}

function seenFound(sign: Sign__Output): SeenRecord {
  return {
    entrance_id: sign.entranceId,
    position: seenPlace(sign.position),
    photo_sha256: seenHash(sign.photoSha256),
    installed: seenInstant(sign.installTime),
    items: seenSet(sign.items.map((item) => shortName(item, "NOTICE_ITEM_"))),
  };
}
