import type { Sign__Output } from "../../api/generated/cordon/v1/Sign.js";
import { type SignDocument, signRequest } from "../documents/sign.js";
import { shortName } from "../output.js";
import { changesOf, type SeenRecord } from "./change.js";
import { createOrUpdate, Phase, type Planner, type Step } from "./plan.js";
import { seenHash, seenInstant, seenPlace, seenSet } from "./seen.js";

/**
 * Records a sign, and its inspection when the document states a later one. An inspection that was
 * recorded since is newer than the document, and stays.
 */
export const planSign: Planner<SignDocument> = async (document, current) => {
  const signs = await current.signs(document.zone_id);
  const found = signs.find(({ signId }) => signId === document.sign_id) ?? null;
  const record = changesOf(found && seenFound(found), seenWanted(document));
  const recordsAnew = found === null || record.length > 0;
  const { inspected, inspector } = document;
  const inspectedAt = found?.inspectTime ?? document.installed;
  const isLater = inspected !== undefined && inspected.seconds > inspectedAt.seconds;
  const inspects = inspected !== undefined && (recordsAnew || isLater);
  const steps: Step[] = [];
  if (recordsAnew) {
    const sign = signRequest(document);
    steps.push({ phase: Phase.sign, run: (client) => client.signage.recordSign({ sign }) });
  }
  if (inspects && inspected.seconds > document.installed.seconds) {
    const request = {
      zoneId: document.zone_id,
      signId: document.sign_id,
      inspector: inspector ?? "",
      inspectTime: inspected,
    };
    steps.push({ phase: Phase.sign, run: (client) => client.signage.inspectSign(request) });
  }
  const inspection = inspects
    ? changesOf(
        { inspected: seenInstant(found?.inspectTime) },
        { inspected: seenInstant(inspected) },
      )
    : [];
  const run = async (client: Parameters<Step["run"]>[0]) => {
    for (const step of steps) await step.run(client);
  };
  const changes = steps.length === 0 ? [] : [...record, ...inspection];
  return createOrUpdate(found !== null, changes, { phase: Phase.sign, run });
};

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
