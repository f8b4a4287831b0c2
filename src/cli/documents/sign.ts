import { z } from "zod";
import type { NoticeItem } from "../../api/generated/cordon/v1/NoticeItem.js";
import type { Sign } from "../../api/generated/cordon/v1/Sign.js";
import { noticeItems } from "../words.js";
import { evidence, fileHash, hash, id, instant, listOf, oneOf, place, text } from "./fields.js";
import { positionRequest } from "./zone.js";

/** `kind: Sign`: a notice that hangs at an entrance. */
export const signSchema = (folder: string) =>
  z
    .strictObject({
      kind: z.literal("Sign"),
      sign_id: id,
      zone_id: id,
      entrance_id: id,
      ...place,
      photo: fileHash(folder).optional(),
      photo_sha256: hash.optional(),
      installed: instant,
      items: listOf(oneOf(noticeItems)).min(1),
      /** The last inspection, and by whom; both or neither. */
      inspected: instant.optional(),
      inspector: text.optional(),
    })
    .transform(({ photo, photo_sha256, ...sign }, context) => {
      const names = ["photo", "photo_sha256"] as const;
      const photoSha256 = evidence(photo, photo_sha256, names, context);
      if ((sign.inspected === undefined) !== (sign.inspector === undefined)) {
        const message = "give inspected and inspector together";
        context.addIssue({ code: "custom", message, path: ["inspected"] });
      }
      return { ...sign, photoSha256 };
    });

export type SignDocument = z.output<ReturnType<typeof signSchema>>;

export function signRequest(sign: SignDocument): Sign {
  return {
    signId: sign.sign_id,
    zoneId: sign.zone_id,
    entranceId: sign.entrance_id,
    position: positionRequest(sign),
    photoSha256: sign.photoSha256,
    installTime: sign.installed,
    items: sign.items.map((item) => `NOTICE_ITEM_${item}` as NoticeItem),
  };
}
