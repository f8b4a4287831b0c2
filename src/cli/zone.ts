import { Command } from "commander";
import type { Zone__Output } from "../api/generated/cordon/v1/Zone.js";
import type { CordonClient } from "../transport/client/client.js";
import { describeBox, describeExtent, summariseGeofence } from "./geofence-summary.js";
import { type ListOptions, printList } from "./listing.js";
import { instant, print, shortName } from "./output.js";
import { slug } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { facts, table } from "./table.js";
import type { Paint, Style } from "./text.js";
import { zoneCheckCommand } from "./zone-check.js";
import { zoneCreateCommand, zoneUpdateCommand } from "./zone-create.js";

/** `cordon zone`: geofenced public places in which identification is necessary. */
export function zoneCommand(session: Session): Command {
  return new Command("zone")
    .description("Zones: geofenced public places in which identification is necessary.")
    .addCommand(zoneCreateCommand(session, describeZone))
    .addCommand(zoneUpdateCommand(session, describeZone))
    .addCommand(zoneCheckCommand(session))
    .addCommand(list(session))
    .addCommand(show(session))
    .addCommand(transition(session, "register", "DRAFT to REGISTERED."))
    .addCommand(transition(session, "activate", "REGISTERED or SUSPENDED to ACTIVE."))
    .addCommand(transition(session, "suspend", "ACTIVE to SUSPENDED, from the next query on."))
    .addCommand(transition(session, "close", "Any state to CLOSED, for ever."));
}

function list(session: Session): Command {
  const command = remoteCommand(session, "list", "List zones.", "cordon zone list --limit 20");
  return withLimit(command).action(async (options: ListOptions) => {
    await printList(
      session,
      options,
      "zones",
      async (client, page) => {
        const answer = await client.zone.listZones(page);
        return [answer.zones, answer.nextPageToken];
      },
      [
        { title: "zone", cell: (zone) => zone.zoneId },
        { title: "state", cell: stateOf, style: (zone) => stateStyle(stateOf(zone)) },
        { title: "place", cell: (zone) => shortName(zone.placeType, "PLACE_TYPE_") },
        { title: "entrances", cell: (zone) => `${zone.entrances.length}`, align: "right" },
        { title: "valid until", cell: (zone) => instant(zone.validUntil) },
        { title: "name", cell: (zone) => zone.displayName },
      ],
    );
  });
}

function show(session: Session): Command {
  return remoteCommand(
    session,
    "show",
    "Show a zone with its entrances, signs and cameras.",
    "cordon zone show gate-4",
  )
    .argument("<zone>", "id of the zone", slug)
    .action(async (zoneId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const { zone } = await client.zone.getZone({ zoneId });
        const { signs } = await client.signage.listSigns({ zoneId, pageSize: 1000 });
        const { cameras } = await client.camera.listCameras({ zoneId, pageSize: 1000 });
        print(session, options.json === true, { zone, signs, cameras }, (paint) => {
          const signed = (entranceId: string) =>
            signs.filter((sign) => sign.entranceId === entranceId).map((sign) => sign.signId);
          const entrances = table(
            zone?.entrances ?? [],
            [
              { title: "entrance", cell: (entrance) => entrance.entranceId },
              {
                title: "signs",
                cell: ({ entranceId }) => signed(entranceId).join(", ") || "none",
                style: ({ entranceId }) => (signed(entranceId).length ? undefined : "red"),
              },
              { title: "name", cell: (entrance) => entrance.displayName },
            ],
            paint,
          );
          const names = cameras.map((camera) => camera.cameraId).join(", ") || "none";
          return `${describeZone(zone, paint, [["cameras", names]])}\n\n${entrances}`;
        });
      });
    });
}

type Transition = "register" | "activate" | "suspend" | "close";

function transition(session: Session, name: Transition, description: string): Command {
  return remoteCommand(session, name, description, `cordon zone ${name} gate-4`)
    .argument("<zone>", "id of the zone", slug)
    .action(async (zoneId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const { zone } = await move(client, name, zoneId);
        print(session, options.json === true, zone, (paint) => {
          const state = zone === null ? "-" : stateOf(zone);
          return `zone ${zoneId} is ${paint(stateStyle(state) ?? "bold", state)}`;
        });
      });
    });
}

function move(client: CordonClient, name: Transition, zoneId: string) {
  switch (name) {
    case "register":
      return client.zone.registerZone({ zoneId });
    case "activate":
      return client.zone.activateZone({ zoneId });
    case "suspend":
      return client.zone.suspendZone({ zoneId });
    case "close":
      return client.zone.closeZone({ zoneId });
  }
}

function describeZone(
  zone: Zone__Output | null,
  paint: Paint,
  more: readonly (readonly [string, string])[] = [],
): string {
  if (zone === null) return "-";
  return facts(
    [
      ["zone", zone.zoneId],
      ["name", zone.displayName],
      ["state", stateOf(zone)],
      ["place", shortName(zone.placeType, "PLACE_TYPE_")],
      ["purpose", shortName(zone.purpose, "PURPOSE_")],
      ["necessity", zone.necessity],
      ["method", zone.method || "-"],
      ["valid", `${instant(zone.validFrom)} to ${instant(zone.validUntil)}`],
      ["retention", `at most ${zone.retentionDaysMax} days`],
      ["inspections", `every ${zone.inspectionIntervalDays} days`],
      ["networks", zone.permittedNetworks.join(", ") || "this machine only"],
      ...describeGeofence(zone.geofenceGeojson),
      ["private areas", zone.privateAreas.map(({ areaId }) => areaId).join(", ") || "none"],
      ...more,
    ],
    paint,
  );
}

function describeGeofence(geojson: string): [string, string][] {
  const summary = summariseGeofence(geojson);
  if (summary === null) return [["geofence", geojson]];
  return [
    ["geofence", `${describeExtent(summary)} (whole with --json)`],
    ["", describeBox(summary)],
  ];
}

function stateOf(zone: Zone__Output): string {
  return shortName(zone.state, "ZONE_STATE_");
}

function stateStyle(state: string): Style | undefined {
  return state === "ACTIVE" ? "green" : state === "SUSPENDED" ? "yellow" : undefined;
}
