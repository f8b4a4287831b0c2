import type { Command } from "commander";
import type { CheckZoneResponse__Output } from "../api/generated/cordon/v1/CheckZoneResponse.js";
import { describeChecklist } from "./checklist.js";
import { ExitCode } from "./exit.js";
import { print } from "./output.js";
import { integer, slug } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";

const DAYS_MAX = 3660;
const DAYS_DEFAULT = 30;

interface CheckOptions extends RemoteOptions {
  readonly withinDays: number;
  readonly camera?: string;
  readonly gallery?: string;
}

/** `cordon zone check`: every rule of the gate as it stands for a zone. Searches nothing. */
export function zoneCheckCommand(session: Session): Command {
  return remoteCommand(
    session,
    "check",
    "Go through every rule for a zone: what is satisfied, by what, until when; what is not.",
    "cordon zone check gate-4 --within-days 60\ncordon zone check gate-4 --camera cam-7",
  )
    .argument("<zone>", "id of the zone", slug)
    .option(
      "--within-days <n>",
      "tell what will fail by the clock within so many days",
      integer(0, DAYS_MAX),
      DAYS_DEFAULT,
    )
    .option("--camera <camera>", "only this camera (default every one of the zone)", slug)
    .option("--gallery <gallery>", "only this gallery (default every one authorised)", slug)
    .action(async (zoneId: string, options: CheckOptions) => {
      await withClient(session, options, async (client) => {
        const { withinDays, camera: cameraId = "", gallery: galleryId = "" } = options;
        const request = { zoneId, withinDays, cameraId, galleryId };
        const answer: CheckZoneResponse__Output = await client.zone.checkZone(request);
        if (!answer.satisfied) session.exitCode = ExitCode.refused;
        print(session, options.json === true, answer, (paint) =>
          describeChecklist(answer, withinDays, paint),
        );
      });
    });
}
