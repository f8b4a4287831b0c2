import type { Command } from "commander";
import type { Zone__Output } from "../api/generated/cordon/v1/Zone.js";
import { UsageError } from "./failure.js";
import { print } from "./output.js";
import { slug } from "./parse.js";
import { remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import type { Paint } from "./text.js";
import { maskOf, withZoneOptions, type ZoneOptions, zoneOf } from "./zone-options.js";

type Describe = (zone: Zone__Output | null, paint: Paint) => string;

const createExample = `cordon zone create gate-4 --place-type stadium-or-venue --name "Gate 4" \\
  --necessity "Banned persons at matches" --method "Faces in view are compared with a list" \\
  --geofence gate-4.geojson --entrance east:31.23042,121.47370 --valid-until 2027-01-01
cordon zone create --file gate-4.yaml`;

/** `cordon zone create`, from a file, from options, or both. */
export function zoneCreateCommand(session: Session, describe: Describe): Command {
  const command = remoteCommand(session, "create", "Make a zone, in state DRAFT.", createExample);
  return withZoneOptions(command.argument("[zone]", "id of the zone", slug)).action(
    async (zoneId: string | undefined, options: ZoneOptions) => {
      await withClient(session, options, async (client) => {
        const said = zoneOf(options);
        const request = { ...said, ...(zoneId === undefined ? {} : { zoneId }) };
        if (!request.zoneId) throw new UsageError("Name the zone: cordon zone create ZONE ...");
        if (!request.geofenceGeojson) {
          throw new UsageError("Give --geofence FILE, or --file ZONE.yaml.");
        }
        if (!request.validUntil) throw new UsageError("Say until when: --valid-until 2027-01-01.");
        if (!request.placeType) throw new UsageError("Give --place-type.");
        const { zone } = await client.zone.createZone(request);
        print(session, options.json === true, zone, (paint) => describe(zone, paint));
      });
    },
  );
}

const updateExample = `cordon zone update gate-4 --valid-until 2028-01-01 --network 10.4.0.0/16
cordon zone update gate-4 --file gate-4.yaml`;

/** `cordon zone update`: only what is given changes. */
export function zoneUpdateCommand(session: Session, describe: Describe): Command {
  const command = remoteCommand(
    session,
    "update",
    "Change what is given, from the next query on.",
    updateExample,
  );
  return withZoneOptions(command.argument("<zone>", "id of the zone", slug)).action(
    async (zoneId: string, options: ZoneOptions) => {
      await withClient(session, options, async (client) => {
        const said = zoneOf(options);
        if (said.zoneId !== undefined && said.zoneId !== zoneId) {
          throw new UsageError(`The file describes zone ${said.zoneId}, not ${zoneId}.`);
        }
        const paths = maskOf(said);
        if (paths.length === 0) throw new UsageError("Say what changes, for example --necessity.");
        const request = { zone: { ...said, zoneId }, updateMask: { paths } };
        const { zone } = await client.zone.updateZone(request);
        print(session, options.json === true, zone, (paint) => describe(zone, paint));
      });
    },
  );
}
