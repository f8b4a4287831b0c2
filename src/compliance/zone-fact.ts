import type { EgressBasis } from "../store/gate-records.js";
import type { Operator, Sign, Zone } from "../store/records.js";
import { type Clearances, createClearances } from "./clearances.js";
import type { PreparedGeofence } from "./containment.js";
import { assessmentFingerprint, noticeFingerprint } from "./fingerprint.js";
import { type Ground, type PreparedArea, prepareGround } from "./ground.js";
import { type PreparedNetworks, prepareNetworks } from "./networks.js";
import type { ZoneRecords } from "./zone-records.js";

/**
 * A zone's record without its polygons, of which only the prepared form is kept: ten thousand zones
 * have millions of vertices, and the collector would visit each.
 */
export type ZoneProfile = Omit<Zone, "geofence" | "privateAreas">;

/** The part of a zone's facts that stands on its own record and the operator's alone. */
export interface PreparedZone {
  readonly zone: ZoneProfile;
  /** The same object for as long as neither the geofence nor a private area changes. */
  readonly ground: Ground;
  readonly networks: PreparedNetworks;
  /** What a notice must have told to be true now. */
  readonly noticeFingerprint: string;
  /** What an assessment must have covered to count now. */
  readonly assessmentFingerprint: string;
}

/**
 * One zone with everything that its rules look at, prepared. It never changes: a change of
 * anything that it stands on makes a new one.
 */
export interface ZoneFact extends PreparedZone, Omit<ZoneRecords, "egressBases"> {
  readonly geofence: PreparedGeofence;
  readonly privateAreas: readonly PreparedArea[];
  /** Signs recorded at an entrance, in no order. */
  signsAt(entranceId: string): readonly Sign[];
  readonly egressBases: readonly PreparedBasis[];
  /** What the gate permitted under these very facts. */
  readonly clearances: Clearances;
}

export interface PreparedBasis {
  readonly basis: EgressBasis;
  readonly networks: PreparedNetworks;
}

/** @param known what was prepared of the zone before, if anything */
export function prepareZone(
  zone: Zone,
  operator: Operator | null,
  known: PreparedZone | undefined,
): PreparedZone {
  const { geofence, privateAreas, ...profile } = zone;
  return {
    zone: profile,
    ground: prepareGround({ geofence, privateAreas }, known?.ground),
    networks: prepareNetworks(zone.permittedNetworks),
    noticeFingerprint: noticeFingerprint(zone, operator),
    assessmentFingerprint: assessmentFingerprint(zone),
  };
}

/** The same zone under another operator. */
export function underOperator(prepared: PreparedZone, operator: Operator | null): PreparedZone {
  return { ...prepared, noticeFingerprint: noticeFingerprint(prepared.zone, operator) };
}

export function putTogether(
  prepared: PreparedZone,
  signs: Iterable<Sign>,
  records: ZoneRecords,
): ZoneFact {
  const byEntrance = new Map<string, Sign[]>();
  for (const sign of signs) {
    const others = byEntrance.get(sign.entranceId);
    if (others === undefined) byEntrance.set(sign.entranceId, [sign]);
    else others.push(sign);
  }
  return {
    ...prepared,
    ...records,
    geofence: prepared.ground.geofence,
    privateAreas: prepared.ground.privateAreas,
    signsAt: (entranceId) => byEntrance.get(entranceId) ?? noSigns,
    egressBases: records.egressBases.map((basis) => ({
      basis,
      networks: prepareNetworks(basis.networks),
    })),
    clearances: createClearances(),
  };
}

const noSigns: readonly Sign[] = Object.freeze([]);
