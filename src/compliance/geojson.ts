import type { Vertex } from "../store/records.js";

/** Longest GeoJSON text: enough for every allowed vertex, indented, with 15 digits. */
export const GEOJSON_LENGTH_MAX = 1024 * 1024;
/** Vertices of one zone, closing ones included. */
export const ZONE_VERTICES_MAX = 10_000;
// More of these than a geometry can need would only keep the parser busy.
/** Opening brackets for one vertex: of its own position, its ring and its polygon. */
const BRACKETS_PER_VERTEX = 3;
/** Commas for one vertex, with an altitude. */
const COMMAS_PER_VERTEX = 4;
/** Quotation marks: those of the type and coordinates, of a bounding box, and many to spare. */
const QUOTES_MAX = 100;

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
  if (text.length > GEOJSON_LENGTH_MAX) {
    return { problem: `is longer than ${GEOJSON_LENGTH_MAX} characters: simplify the outline` };
  }
  if (!/\S/.test(text)) return { problem: "is empty: give a GeoJSON Polygon or MultiPolygon" };
  const bulky = bulkProblem(text, verticesMax);
  if (bulky !== null) return bulky;
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

/** Finds what would take long to parse, only to be refused. */
function bulkProblem(text: string, verticesMax: number): Problem | null {
  if (occurs(text, "[", BRACKETS_PER_VERTEX * verticesMax)) return tooManyVertices(verticesMax);
  if (occurs(text, ",", COMMAS_PER_VERTEX * verticesMax)) return tooManyVertices(verticesMax);
  if (!occurs(text, '"', QUOTES_MAX)) return null;
  return { problem: "has very many members: give a geometry with its type and coordinates alone" };
}

/** True when a character occurs more often than so many times. */
function occurs(text: string, character: string, max: number): boolean {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
    count += 1;
    if (count > max) return true;
  }
  return false;
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
