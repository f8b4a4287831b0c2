import type { Sign } from "../../store/records.js";
import type { Sign as SignMessage } from "../generated/cordon/v1/Sign.js";
import { fromHex, fromPosition, toTimestamp } from "../mapping.js";

export function fromSign(sign: Sign): SignMessage {
  return {
    signId: sign.signId,
    zoneId: sign.zoneId,
    entranceId: sign.entranceId,
    position: fromPosition(sign.position),
    photoSha256: fromHex(sign.photoSha256),
    installTime: toTimestamp(sign.installedAtMs),
    items: sign.items.map((item) => `NOTICE_ITEM_${item}` as const),
    inspectTime: toTimestamp(sign.inspectedAtMs),
    inspector: sign.inspector,
  };
}
