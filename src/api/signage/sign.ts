import type { Sign } from "../../store/records.js";
import type { Sign as SignMessage } from "../generated/cordon/v1/Sign.js";
import { fromPosition, toTimestamp } from "../mapping.js";

export function fromSign(sign: Sign): SignMessage {
  return {
    signId: sign.signId,
    zoneId: sign.zoneId,
    entranceId: sign.entranceId,
    position: fromPosition(sign.position),
    photoSha256: Buffer.from(sign.photoSha256, "hex"),
    installTime: toTimestamp(sign.installedAtMs),
  };
}
