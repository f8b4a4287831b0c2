import type { Geofence, Polygon, PrivateArea, Ring, Vertex, Zone } from "./records.js";
import { StoreError } from "./store-error.js";

/** A geofence but for its polygons. */
export type Outline = Omit<Geofence, "polygons">;

/** A zone whose polygons lie together in bytes. Ten thousand zones have millions of vertices. */
export interface PackedZone extends Omit<Zone, "geofence" | "privateAreas"> {
  readonly geofence: Outline;
  readonly privateAreas: readonly PackedArea[];
  /**
   * The polygons of the geofence, then of each private area. Little-endian: the number of geofences;
   * for each, of polygons; for each, of rings; for each, of vertices (uint32 all); padding to
   * eight bytes; longitude and latitude of every vertex (float64). Stored: another form needs a
   * migration.
   */
  readonly geometry: Uint8Array;
}

export interface PackedArea extends Omit<PrivateArea, "geofence"> {
  readonly geofence: Outline;
}

/** @throws StoreError RECORD_INVALID when a vertex is no place on Earth */
export function packZone(zone: Zone): PackedZone {
  const geofences = [zone.geofence, ...zone.privateAreas.map(({ geofence }) => geofence)];
  return {
    ...zone,
    geofence: outlineOf(zone.geofence),
    privateAreas: zone.privateAreas.map(({ geofence, ...area }) => {
      return { ...area, geofence: outlineOf(geofence) };
    }),
    geometry: packPolygons(geofences.map(({ polygons }) => polygons)),
  };
}

/** @throws StoreError CORRUPT when the bytes are not those of such a zone */
export function unpackZone({ geometry, ...zone }: PackedZone): Zone {
  const [polygons, ...areas] = unpackPolygons(geometry);
  if (polygons === undefined || areas.length !== zone.privateAreas.length) throw unreadable();
  return {
    ...zone,
    geofence: { ...zone.geofence, polygons },
    privateAreas: zone.privateAreas.map((area, at) => {
      return { ...area, geofence: { ...area.geofence, polygons: areas[at] ?? [] } };
    }),
  };
}

function outlineOf({ polygons: _, ...outline }: Geofence): Outline {
  return outline;
}

const COUNT_BYTES = 4;
const NUMBER_BYTES = 8;
const VERTEX_BYTES = 2 * NUMBER_BYTES;

function packPolygons(geofences: readonly (readonly Polygon[])[]): Uint8Array {
  const counts = [geofences.length];
  let vertices = 0;
  for (const polygons of geofences) {
    counts.push(polygons.length);
    for (const polygon of polygons) {
      counts.push(polygon.length);
      for (const ring of polygon) {
        counts.push(ring.length);
        vertices += ring.length;
      }
    }
  }
  const start = padded(counts.length * COUNT_BYTES);
  const bytes = new Uint8Array(start + vertices * VERTEX_BYTES);
  const view = new DataView(bytes.buffer);
  counts.forEach((count, at) => void view.setUint32(at * COUNT_BYTES, count, true));
  let offset = start;
  for (const ring of geofences.flat(2)) {
    for (const [longitude, latitude] of ring) {
      if (!isPlace(longitude, latitude)) throw unfit();
      view.setFloat64(offset, longitude, true);
      view.setFloat64(offset + NUMBER_BYTES, latitude, true);
      offset += VERTEX_BYTES;
    }
  }
  return bytes;
}

function unpackPolygons(bytes: Uint8Array): readonly (readonly Polygon[])[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const counts = readCounts(view);
  let offset = padded(counts.length * COUNT_BYTES);
  let at = 0;
  const next = () => counts[at++] ?? 0;
  const readRing = (): Ring => {
    const ring: Vertex[] = [];
    for (let left = next(); left > 0; left--) {
      const longitude = view.getFloat64(offset, true);
      const latitude = view.getFloat64(offset + NUMBER_BYTES, true);
      if (!isPlace(longitude, latitude)) throw unreadable();
      ring.push([longitude, latitude]);
      offset += VERTEX_BYTES;
    }
    return ring;
  };
  const list = <T>(read: () => T): T[] => Array.from({ length: next() }, read);
  return list(() => list(() => list(readRing)));
}

/** Every count of the head; what they promise is there, to the byte. */
function readCounts(view: DataView): readonly number[] {
  const counts: number[] = [];
  const read = (): number => {
    if ((counts.length + 1) * COUNT_BYTES > view.byteLength) throw unreadable();
    const count = view.getUint32(counts.length * COUNT_BYTES, true);
    counts.push(count);
    return count;
  };
  let vertices = 0;
  for (let geofences = read(); geofences > 0; geofences--) {
    for (let polygons = read(); polygons > 0; polygons--) {
      for (let rings = read(); rings > 0; rings--) vertices += read();
    }
  }
  const size = padded(counts.length * COUNT_BYTES) + vertices * VERTEX_BYTES;
  if (size !== view.byteLength) throw unreadable();
  return counts;
}

/** False for NaN too. Checked before it is written and again after it is read. */
function isPlace(longitude: number, latitude: number): boolean {
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
}

function padded(size: number): number {
  return Math.ceil(size / NUMBER_BYTES) * NUMBER_BYTES;
}

function unfit(): StoreError {
  return new StoreError(
    "RECORD_INVALID",
    "This zone is not fit to be stored (geofence: a vertex is no place on Earth). Nothing was " +
      "written.",
  );
}

function unreadable(): StoreError {
  return new StoreError(
    "CORRUPT",
    "The geofence of a zone in the database does not read as one. Keep a copy of the database, " +
      "then restore the latest back-up.",
  );
}
