import type { Vertex } from "../store/records.js";

/** Longest GeoJSON text: enough for every allowed vertex, indented, with 15 digits. */
export const GEOJSON_LENGTH_MAX = 1024 * 1024;
/** Vertices of one zone, closing ones included. */
export const ZONE_VERTICES_MAX = 10_000;
/** Opening brackets that one vertex can need; more would only keep the parser busy. */
const BRACKETS_PER_VERTEX = 3;

/** What is wrong with an input, as the end of a sentence that starts with its name. */
export interface Problem {
  readonly problem: string;
}

/** Rings of one polygon as written: outer ring first, positions in degrees, not yet checked. */
export type RawPolygon = readonly (readonly Vertex[])[];

/**
 * Reads a GeoJSON Polygon or MultiPolygon (RFC 7946): structure, limits and numbers, no geometry.
 * Altitudes are dropped.
 */
export function readGeojson(
  text: string,
  verticesMax = ZONE_VERTICES_MAX,
): readonly RawPolygon[] | Problem {
  if (text.trim() === "") return { problem: "is empty: give a GeoJSON Polygon or MultiPolygon" };
  if (text.length > GEOJSON_LENGTH_MAX) {
    return { problem: `is longer than ${GEOJSON_LENGTH_MAX} characters: simplify the outline` };
  }
  if (countBrackets(text) > BRACKETS_PER_VERTEX * verticesMax) return tooManyVertices(verticesMax);
  const json = parseJson(text);
  if (!isObject(json)) return { problem: "is not a GeoJSON object" };
  if ("crs" in json) {
    return { problem: 'has a "crs" member, which RFC 7946 removed: name the datum beside it' };
  }
  if (json["type"] === "Polygon") return readPolygons([json["coordinates"]], true, verticesMax);
  if (json["type"] !== "MultiPolygon") return { problem: wrongType(json["type"]) };
  if (!Array.isArray(json["coordinates"])) return { problem: "has no array of coordinates" };
  return readPolygons(json["coordinates"], false, verticesMax);
}

function tooManyVertices(verticesMax: number): Problem {
  return { problem: `has more than ${verticesMax} vertices: simplify the outline` };
}

function countBrackets(text: string): number {
  let count = 0;
  for (let at = text.indexOf("["); at >= 0; at = text.indexOf("[", at + 1)) count += 1;
  return count;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Its message quotes the input; "is not a GeoJSON object" says enough.
    return undefined;
  }
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function wrongType(type: unknown): string {
  if (type === "Feature" || type === "FeatureCollection") {
    return `is a ${type}: give the geometry inside it, a Polygon or MultiPolygon`;
  }
  return 'must have the type "Polygon" or "MultiPolygon"';
}

function readPolygons(
  coordinates: readonly unknown[],
  alone: boolean,
  verticesMax: number,
): readonly RawPolygon[] | Problem {
  if (coordinates.length === 0) return { problem: "has no polygon" };
  const polygons: RawPolygon[] = [];
  const budget = { vertices: verticesMax, max: verticesMax };
  for (const [index, item] of coordinates.entries()) {
    const name = alone ? "" : `polygon ${index + 1}, `;
    const polygon = readPolygon(item, name, budget);
    if ("problem" in polygon) return polygon;
    polygons.push(polygon);
  }
  return polygons;
}

function readPolygon(
  item: unknown,
  name: string,
  budget: { vertices: number; readonly max: number },
): RawPolygon | Problem {
  if (!Array.isArray(item) || item.length === 0) {
    return { problem: `has no ring in ${name === "" ? "its coordinates" : name.slice(0, -2)}` };
  }
  const rings: (readonly Vertex[])[] = [];
  for (const [index, ring] of item.entries()) {
    const ringName = `${name}${nameRing(index)}`;
    if (!Array.isArray(ring)) return { problem: `has no array of positions in ${ringName}` };
    budget.vertices -= ring.length;
    if (budget.vertices < 0) return tooManyVertices(budget.max);
    const vertices: Vertex[] = [];
    for (const [at, position] of ring.entries()) {
      const vertex = readPosition(position);
      if ("problem" in vertex) {
        return { problem: `${vertex.problem} (${ringName}, position ${at + 1})` };
      }
      vertices.push(vertex);
    }
    rings.push(vertices);
  }
  return rings;
}

/** `the outer ring` or `hole 2`. */
export function nameRing(index: number): string {
  return index === 0 ? "the outer ring" : `hole ${index}`;
}

function readPosition(position: unknown): Vertex | Problem {
  if (!Array.isArray(position) || position.length < 2 || position.length > 3) {
    return { problem: "has a position that is not [longitude, latitude]" };
  }
  if (!position.every((number) => typeof number === "number" && Number.isFinite(number))) {
    return { problem: "has a coordinate that is not a finite number" };
  }
  const [longitude, latitude] = position as [number, number];
  if (Math.abs(latitude) > 90) {
    const swapped = Math.abs(latitude) <= 180 && Math.abs(longitude) <= 90;
    const advice = swapped
      ? ": longitude and latitude look swapped, and GeoJSON puts longitude first"
      : "";
    return { problem: `has a latitude beyond 90 degrees${advice}` };
  }
  if (Math.abs(latitude) === 90) {
    return { problem: "reaches a pole, where longitudes mean nothing: draw it without the pole" };
  }
  if (Math.abs(longitude) > 180) return { problem: "has a longitude beyond 180 degrees" };
  return [longitude, latitude];
}
