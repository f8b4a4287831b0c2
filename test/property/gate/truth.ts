import type { FactsWriter, FilingFact } from "../../../src/compliance/facts.js";
import type {
  AlternativeMethod,
  EgressBasis,
  ImpactAssessment,
  Incident,
  MinorRules,
  Notice,
} from "../../../src/store/gate-records.js";
import type {
  Camera,
  GalleryAuthorisation,
  LatLng,
  Operator,
  Purpose,
  Sign,
  Zone,
} from "../../../src/store/records.js";

/** What a notice or an assessment was true of, in plain words instead of a fingerprint. */
export interface Told {
  readonly purpose: Purpose;
  readonly method: string;
  readonly necessity: string;
  readonly retentionDaysMax: number;
  readonly operator: Operator | null;
}

/** Zones of which something that a record tells has changed since it was written, for ever. */
export type OutdatedFor = Set<string>;

/** West, south, east, north, degrees. */
export type Box = readonly [number, number, number, number];

export interface TrueCamera {
  readonly camera: Camera;
  readonly view: Box | null;
}

/** The facts of a drawn world, kept as lists in which the last word counts. */
export interface Truth {
  zones: Zone[];
  signs: Sign[];
  cameras: TrueCamera[];
  /** The last that was known of zones that are no more: their history goes on if they come back. */
  goneZones: Map<string, Zone>;
  notices: { notice: Notice; told: Told; outdatedFor: OutdatedFor }[];
  assessments: { assessment: ImpactAssessment; told: Told; outdatedFor: OutdatedFor }[];
  incidents: Incident[];
  alternatives: AlternativeMethod[];
  egress: EgressBasis[];
  authorisations: GalleryAuthorisation[];
  minorRules: MinorRules | null;
  operator: Operator | null;
  /** The last one that there was. */
  lastOperator: Operator | null;
  filing: FilingFact;
}

export function emptyTruth(): Truth {
  return {
    zones: [],
    signs: [],
    cameras: [],
    goneZones: new Map(),
    notices: [],
    assessments: [],
    incidents: [],
    alternatives: [],
    egress: [],
    authorisations: [],
    minorRules: null,
    operator: null,
    lastOperator: null,
    filing: { overdue: false, policy: "warn" },
  };
}

/** What happens to the facts and to the truth alike. */
export type Change = (facts: FactsWriter, truth: Truth) => void;

/** Zones in these tests are this square; all of them have the same private area. */
export const SQUARE: Box = [116.4, 39.9, 116.41, 39.91];
export const TOILET: Box = [116.408, 39.908, 116.409, 39.909];

export function isInBox([west, south, east, north]: Box, { latitude, longitude }: LatLng): boolean {
  return latitude >= south && latitude <= north && longitude >= west && longitude <= east;
}

const METRES_NORTH = 111_000;
/** At 39.9 degrees. */
const METRES_EAST = 85_400;

/** Metres from a point outside to the box; 0 inside. Right within a few percent in these tests. */
export function metresTo([west, south, east, north]: Box, { latitude, longitude }: LatLng): number {
  const dx = Math.max(west - longitude, 0, longitude - east) * METRES_EAST;
  const dy = Math.max(south - latitude, 0, latitude - north) * METRES_NORTH;
  return Math.hypot(dx, dy);
}

/** Metres from a point inside to the nearest side. */
export function metresWithin([west, south, east, north]: Box, point: LatLng): number {
  const { latitude, longitude } = point;
  const dx = Math.min(longitude - west, east - longitude) * METRES_EAST;
  const dy = Math.min(latitude - south, north - latitude) * METRES_NORTH;
  return Math.min(dx, dy);
}
