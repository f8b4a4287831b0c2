import type { FieldViolation } from "../base/errors.js";
import type { Datum, Geofence, Polygon, Vertex } from "../store/records.js";
import { crossing } from "./crossing.js";
import { toWgs84 } from "./datum.js";
import { type Problem, type RawPolygon, readGeojson } from "./geojson.js";
import { areaProblem, closeRings, nestingProblem } from "./rings.js";

export type GeofenceResult =
  | { readonly ok: true; readonly geofence: Geofence }
  | { readonly ok: false; readonly fields: readonly FieldViolation[] };

/**
 * Reads a geofence: GeoJSON Polygon or MultiPolygon (RFC 7946, longitude first), holes allowed,
 * either winding. Points repeated one after another are dropped. Refused: anything degenerate,
 * crossing or touching itself, nested wrongly, with an edge of more than 180 degrees of longitude,
 * or beyond the limits.
 * @param field name of the request's field, for the violation
 */
export function parseGeofence(
  text: string,
  datum: Datum = "WGS84",
  field = "geofence_geojson",
): GeofenceResult {
  const polygons = readPolygons(text, datum);
  if ("problem" in polygons) {
    return { ok: false, fields: [{ field, description: polygons.problem }] };
  }
  if (datum === "WGS84") return { ok: true, geofence: { polygons } };
  return { ok: true, geofence: { polygons, original: { datum, geojson: text } } };
}

function readPolygons(text: string, datum: Datum): readonly Polygon[] | Problem {
  const raw = readGeojson(text);
  if ("problem" in raw) return raw;
  const polygons: Polygon[] = [];
  for (const [index, rawPolygon] of raw.entries()) {
    const converted = convert(rawPolygon, datum);
    const polygon = "problem" in converted ? converted : closeRings(converted);
    if ("problem" in polygon) {
      const where = raw.length === 1 ? "" : `, in polygon ${index + 1}`;
      return { problem: polygon.problem + where };
    }
    polygons.push(polygon);
  }
  const at = crossing(polygons);
  if (at !== null) {
    return { problem: `crosses or touches itself near [${at[0]}, ${at[1]}]: draw it without` };
  }
  const problem = areaProblem(polygons) ?? nestingProblem(polygons);
  return problem === null ? polygons : { problem };
}

function convert(polygon: RawPolygon, datum: Datum): RawPolygon | Problem {
  if (datum === "WGS84") return polygon;
  const rings: Vertex[][] = [];
  for (const ring of polygon) {
    const vertices: Vertex[] = [];
    for (const [longitude, latitude] of ring) {
      const point = toWgs84({ longitude, latitude }, datum);
      if (point === null) {
        return { problem: `is not in China, where alone ${datum} is defined: send WGS-84` };
      }
      vertices.push([point.longitude, point.latitude]);
    }
    rings.push(vertices);
  }
  return rings;
}

/** The geofence as GeoJSON (RFC 7946), WGS-84. */
export function toGeojson({ polygons }: Geofence): string {
  return polygons.length === 1
    ? JSON.stringify({ type: "Polygon", coordinates: polygons[0] })
    : JSON.stringify({ type: "MultiPolygon", coordinates: polygons });
}
