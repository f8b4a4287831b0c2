import { PlaceType } from "../api/generated/cordon/v1/PlaceType.js";

/** Kinds of public place, without the enum's prefix. */
export const placeTypes = Object.values(PlaceType)
  .map((name) => name.slice("PLACE_TYPE_".length))
  .filter((name) => name !== "UNSPECIFIED");

/** Geodetic datums, without the enum's prefix. */
export const datums = ["WGS84", "GCJ02", "BD09"] as const;
export type DatumWord = (typeof datums)[number];

/** `TRANSPORT_HUB` as it is typed: `transport-hub`. */
export function typed(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/** `transport-hub`, `Transport_Hub` as the API names it: `TRANSPORT_HUB`. */
export function named(word: string): string {
  return word.toUpperCase().replaceAll("-", "_");
}
