import type { Camera, GalleryAuthorisation, Purpose, Sign, Zone } from "../store/records.js";
import { type PreparedGeofence, prepareGeofence } from "./containment.js";

/** One zone with everything that its rules look at, prepared. */
export interface ZoneFact {
  readonly zone: Zone;
  readonly geofence: PreparedGeofence;
  /** Signs recorded at an entrance, in no order. */
  signsAt(entranceId: string): Iterable<Sign>;
}

/** How many of each there are. */
export interface FactCounts {
  readonly zones: number;
  readonly signs: number;
  readonly cameras: number;
  readonly authorisations: number;
}

/** What the gate knows, in memory. Every look-up is a map's. */
export interface Facts {
  zone(zoneId: string): ZoneFact | undefined;
  camera(cameraId: string): Camera | undefined;
  isAuthorised(galleryId: string, zoneId: string, purpose: Purpose): boolean;
  counts(): FactCounts;
}

/**
 * Changes what the gate knows, in force on the very next decision. Called after the store has
 * made the change durable, and at the start with every record, in any order. Putting a record
 * again replaces it; deleting one that is not there does nothing.
 */
export interface FactsWriter extends Facts {
  putZone(zone: Zone): void;
  deleteZone(zoneId: string): void;
  putSign(sign: Sign): void;
  deleteSign(zoneId: string, signId: string): void;
  putCamera(camera: Camera): void;
  deleteCamera(cameraId: string): void;
  putAuthorisation(authorisation: GalleryAuthorisation): void;
  deleteAuthorisation(galleryId: string, zoneId: string, purpose: Purpose): void;
  /** Forgets every authorisation of a gallery. */
  deleteGallery(galleryId: string): void;
}

/** An empty fact base. */
export function createFacts(): FactsWriter {
  const zones = new Map<string, ZoneFact>();
  const cameras = new Map<string, Camera>();
  const signs = createSigns();
  const authorisations = createAuthorisations();
  return {
    zone: (zoneId) => zones.get(zoneId),
    camera: (cameraId) => cameras.get(cameraId),
    isAuthorised: authorisations.has,
    counts: () => ({
      zones: zones.size,
      signs: signs.count(),
      cameras: cameras.size,
      authorisations: authorisations.count(),
    }),
    putZone(zone) {
      zones.set(zone.zoneId, {
        zone,
        geofence: prepareGeofence(zone.geofence),
        signsAt: (entranceId) => signs.at(zone.zoneId, entranceId),
      });
    },
    deleteZone: (zoneId) => void zones.delete(zoneId),
    putSign: signs.put,
    deleteSign: signs.delete,
    putCamera: (camera) => void cameras.set(camera.cameraId, camera),
    deleteCamera: (cameraId) => void cameras.delete(cameraId),
    putAuthorisation: authorisations.put,
    deleteAuthorisation: authorisations.delete,
    deleteGallery: authorisations.deleteGallery,
  };
}

const noSigns: readonly Sign[] = Object.freeze([]);

/** Signs by zone and entrance, and by zone and id, since a sign may be moved. */
function createSigns() {
  const byId = new Map<string, Map<string, Sign>>();
  const byEntrance = new Map<string, Map<string, Sign[]>>();
  let count = 0;

  function remove(zoneId: string, signId: string): void {
    const sign = byId.get(zoneId)?.get(signId);
    if (sign === undefined) return;
    byId.get(zoneId)?.delete(signId);
    const entrances = byEntrance.get(zoneId);
    const others = entrances?.get(sign.entranceId)?.filter((other) => other.signId !== signId);
    entrances?.set(sign.entranceId, others ?? []);
    count -= 1;
  }

  function put(sign: Sign): void {
    remove(sign.zoneId, sign.signId);
    inner(byId, sign.zoneId).set(sign.signId, sign);
    const entrances = inner(byEntrance, sign.zoneId);
    const others = entrances.get(sign.entranceId);
    if (others === undefined) entrances.set(sign.entranceId, [sign]);
    else others.push(sign);
    count += 1;
  }

  return {
    at: (zoneId: string, entranceId: string): readonly Sign[] =>
      byEntrance.get(zoneId)?.get(entranceId) ?? noSigns,
    put,
    delete: remove,
    count: () => count,
  };
}

/** Authorisations as gallery -> zone -> purposes: no key is put together on a look-up. */
function createAuthorisations() {
  const galleries = new Map<string, Map<string, Set<Purpose>>>();
  let count = 0;

  function put({ galleryId, zoneId, purpose }: GalleryAuthorisation): void {
    const zones = inner(galleries, galleryId);
    const purposes = zones.get(zoneId) ?? new Set<Purpose>();
    if (!purposes.has(purpose)) count += 1;
    zones.set(zoneId, purposes.add(purpose));
  }

  function remove(galleryId: string, zoneId: string, purpose: Purpose): void {
    if (galleries.get(galleryId)?.get(zoneId)?.delete(purpose) === true) count -= 1;
  }

  function deleteGallery(galleryId: string): void {
    for (const purposes of galleries.get(galleryId)?.values() ?? []) count -= purposes.size;
    galleries.delete(galleryId);
  }

  return {
    has: (galleryId: string, zoneId: string, purpose: Purpose): boolean =>
      galleries.get(galleryId)?.get(zoneId)?.has(purpose) === true,
    put,
    delete: remove,
    deleteGallery,
    count: () => count,
  };
}

function inner<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const found = outer.get(key);
  if (found !== undefined) return found;
  const made = new Map<string, V>();
  outer.set(key, made);
  return made;
}
