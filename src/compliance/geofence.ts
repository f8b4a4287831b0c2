import type { FieldViolation } from "../base/errors.js";
import type { Datum, Geofence, Polygon, Vertex } from "../store/records.js";
import {
  ANTIMERIDIAN_CROSSINGS_MAX,
  crossingsOf,
  cutAtAntimeridian,
  tooManyCrossings,
  unwrap,
} from "./antimeridian.js";
import { arrange, crossingProblem } from "./arrangement.js";
import { outsideChina, toWgs84 } from "./datum.js";
import { type Problem, type RawPolygon, readGeojson, ZONE_VERTICES_MAX } from "./geojson.js";
import { areaProblem, closeRings, flatProblem, nestingProblem } from "./rings.js";

export type GeofenceResult =
  | { readonly ok: true; readonly geofence: Geofence }
  | { readonly ok: false; readonly fields: readonly FieldViolation[] };

/**
 * Reads a geofence: GeoJSON Polygon or MultiPolygon (RFC 7946, longitude first), holes allowed,
 * either winding. Points repeated one after another are dropped. An edge of more than 180 degrees of
 * longitude is taken the other way, over the antimeridian, and the polygon is cut there (RFC 7946,
 * 3.1.9). Refused: anything degenerate, crossing or touching itself, nested wrongly, with a pole in
 * it, or beyond the limits.
 * @param field name of the request's field, for the violation
 * @param verticesMax most vertices, closing ones included
 */
export function parseGeofence(
  text: string,
  datum: Datum = "WGS84",
  field = "geofence_geojson",
  verticesMax: number = ZONE_VERTICES_MAX,
): GeofenceResult {
  const polygons = readPolygons(text, datum, verticesMax);
  if ("problem" in polygons) {
    return { ok: false, fields: [{ field, description: polygons.problem }] };
  }
  if (datum === "WGS84") return { ok: true, geofence: { polygons } };
  return { ok: true, geofence: { polygons, original: { datum, geojson: text } } };
}

function readPolygons(
  text: string,
  datum: Datum,
  verticesMax: number,
): readonly Polygon[] | Problem {
  const raw = readGeojson(text, verticesMax);
  if ("problem" in raw) return raw;
  const crossings = raw.flat().reduce((sum, ring) => sum + crossingsOf(ring), 0);
  if (crossings > ANTIMERIDIAN_CROSSINGS_MAX) return tooManyCrossings;
  const polygons: Polygon[] = [];
  for (const [index, rawPolygon] of raw.entries()) {
    const parts = readPolygon(rawPolygon, datum);
    if ("problem" in parts) {
      const where = raw.length === 1 ? "" : `, in polygon ${index + 1}`;
      return { problem: parts.problem + where };
    }
    polygons.push(...parts);
  }
  return arrangementProblem(polygons) ?? areaProblem(polygons) ?? polygons;
}

/** One polygon as it was written; two or more when it crosses the antimeridian. */
function readPolygon(raw: RawPolygon, datum: Datum): readonly Polygon[] | Problem {
  const converted = convert(raw, datum);
  const closed = "problem" in converted ? converted : closeRings(converted);
  const polygon = "problem" in closed ? closed : unwrap(closed);
  if ("problem" in polygon) return polygon;
  const flat = flatProblem(polygon);
  if (flat !== null) return flat;
  if (polygon === closed) return [polygon];
  // What is wrong with it must be found before it is cut, which needs rings that do not cross.
  return arrangementProblem([polygon]) ?? cutAtAntimeridian(polygon);
}

function arrangementProblem(polygons: readonly Polygon[]): Problem | null {
  const arrangement = arrange(polygons);
  if ("crossing" in arrangement) return crossingProblem(arrangement);
  return nestingProblem(polygons, arrangement.around);
}

function convert(polygon: RawPolygon, datum: Datum): RawPolygon | Problem {
  if (datum === "WGS84") return polygon;
  const rings: Vertex[][] = [];
  for (const ring of polygon) {
    const vertices: Vertex[] = [];
    for (const [longitude, latitude] of ring) {
      const point = toWgs84({ longitude, latitude }, datum);
      if (point === null) {
        return { problem: outsideChina({ longitude, latitude }, datum) };
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
