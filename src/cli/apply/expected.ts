import { type PreparedGeofence, prepareGeofence } from "../../compliance/containment.js";
import type { Zone } from "../../store/records.js";
import { type AnyDocument, type Located, nameOf } from "../documents/kinds.js";
import type { Current } from "./current.js";
import { zoneAfter, zoneFound } from "./zone-after.js";

/** A zone as it will be, with its geofence made ready for questions. */
export interface ExpectedZone {
  readonly zone: Zone;
  readonly geofence: PreparedGeofence;
}

/** What there will be by the time a document is sent: the server's records and the documents'. */
export type Expected = ReturnType<typeof expectedOf>;

/**
 * @param removedCameras ids of cameras that are pruned before any is registered
 * @param nowMs the clock of this machine, which stands for the server's
 */
export function expectedOf(
  located: readonly Located[],
  current: Current,
  removedCameras: ReadonlySet<string>,
  nowMs: number,
) {
  const documents = new Map(located.map(({ document }) => [nameOf(document), document]));
  const zones = new Map<string, Promise<ExpectedZone | "none" | "unclear">>();
  const zone = (zoneId: string) => {
    const document = documents.get(`zone/${zoneId}`);
    const known = zones.get(zoneId) ?? expectedZone(zoneId, document, current, nowMs);
    zones.set(zoneId, known);
    return known;
  };
  const isZone = async (zoneId: string) => (await zone(zoneId)) !== "none";
  return {
    nowMs,
    /** `none`: there will be no such zone. `unclear`: its own document is at fault. */
    zone,
    isZone,
    /** Says of these zones whether there will be one. */
    async zones(zoneIds: readonly string[]): Promise<(zoneId: string) => boolean> {
      const there = new Set<string>();
      for (const zoneId of zoneIds) if (await isZone(zoneId)) there.add(zoneId);
      return (zoneId) => there.has(zoneId);
    },
    async isGallery(galleryId: string): Promise<boolean> {
      if (documents.has(`gallery/${galleryId}`)) return true;
      return (await current.gallery(galleryId)) !== null;
    },
    giveDevice: deviceRegister(current, removedCameras),
  };
}

async function expectedZone(
  zoneId: string,
  document: AnyDocument | undefined,
  current: Current,
  nowMs: number,
): Promise<ExpectedZone | "none" | "unclear"> {
  const found = await current.zone(zoneId);
  let zone: Zone | null = null;
  if (document?.kind === "Zone") {
    const after = zoneAfter(document, found, nowMs);
    if (after.ok) zone = after.record;
  } else if (found !== null) zone = zoneFound(found, nowMs);
  else return "none";
  return zone === null ? "unclear" : { zone, geofence: prepareGeofence(zone.geofence) };
}

/**
 * Gives devices to cameras in the order of the calls, as the server will: a device is one camera.
 * Answers with the camera that has the device already and keeps it, or with null.
 */
function deviceRegister(current: Current, removed: ReadonlySet<string>) {
  let read: Promise<void> | undefined;
  const holders = new Map<string, string>();
  const devices = new Map<string, string>();
  const put = (cameraId: string, device: string) => {
    holders.delete(devices.get(cameraId) ?? "");
    devices.set(cameraId, device);
    if (device !== "") holders.set(device, cameraId);
  };
  const readAll = async () => {
    for (const { cameraId, deviceIdentity } of await current.cameras("")) {
      if (!removed.has(cameraId)) put(cameraId, deviceIdentity);
    }
  };
  return async (cameraId: string, device: string): Promise<string | null> => {
    read ??= readAll();
    await read;
    const holder = holders.get(device);
    if (holder !== undefined && holder !== cameraId) return holder;
    put(cameraId, device);
    return null;
  };
}
