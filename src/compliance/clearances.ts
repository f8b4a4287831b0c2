import type { Purpose } from "../store/records.js";

/** From when until when something was found in order, milliseconds; only a change ends it earlier. */
interface Term {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** What one camera was permitted. */
export interface Clearance extends Term {
  readonly galleryId: string;
  readonly purpose: Purpose;
  readonly peerAddress: string;
  /** A mobile camera's place is judged anew with each query. */
  readonly mobile: boolean;
}

/** The parts of a query that a clearance is for. */
export interface ClearanceQuery {
  readonly cameraId: string;
  readonly galleryId: string;
  readonly purpose: Purpose;
  readonly peerAddress: string;
}

/** Kept for one camera: as many galleries and addresses as it is likely to alternate between. */
export const CLEARANCES_PER_CAMERA_MAX = 4;

/**
 * What the gate found in order under one state of a zone's facts. The state owns this book, so that
 * a change of any fact closes it; within it only the clock can end what it says.
 */
export interface Clearances {
  /**
   * A clearance that runs now, of the query's camera and for its purpose: the one for its gallery
   * and address, or else one for another, of which the rules about the camera and its zone hold.
   */
  find(query: ClearanceQuery, nowMs: number): Clearance | null;
  keep(query: ClearanceQuery, term: Term & Pick<Clearance, "mobile">): void;
  /**
   * When the rules about the zone alone, which all its cameras share, are no longer satisfied,
   * milliseconds; -Infinity when that is not known now.
   */
  zoneUntilMs(purpose: Purpose, nowMs: number): number;
  keepZone(purpose: Purpose, sinceMs: number, untilMs: number): void;
}

export function createClearances(): Clearances {
  const byCamera = new Map<string, readonly Clearance[]>();
  let zone: (Term & { readonly purpose: Purpose }) | null = null;
  return {
    find(query, nowMs) {
      const known = byCamera.get(query.cameraId);
      if (known === undefined) return null;
      let other: Clearance | null = null;
      for (const clearance of known) {
        if (!isRunning(clearance, nowMs) || clearance.purpose !== query.purpose) continue;
        if (isSame(clearance, query)) return clearance;
        other ??= clearance;
      }
      return other;
    },
    keep({ cameraId, galleryId, purpose, peerAddress }, { sinceMs, untilMs, mobile }) {
      const newest = { galleryId, purpose, peerAddress, sinceMs, untilMs, mobile };
      const others = (byCamera.get(cameraId) ?? []).filter((own) => !isSame(own, newest));
      byCamera.set(cameraId, [newest, ...others].slice(0, CLEARANCES_PER_CAMERA_MAX));
    },
    zoneUntilMs: (purpose, nowMs) =>
      zone?.purpose === purpose && isRunning(zone, nowMs) ? zone.untilMs : -Infinity,
    keepZone(purpose, sinceMs, untilMs) {
      zone = { purpose, sinceMs, untilMs };
    },
  };
}

function isRunning({ sinceMs, untilMs }: Term, nowMs: number): boolean {
  return nowMs >= sinceMs && nowMs < untilMs;
}

function isSame(clearance: Clearance, query: Omit<ClearanceQuery, "cameraId">): boolean {
  return (
    clearance.galleryId === query.galleryId &&
    clearance.purpose === query.purpose &&
    clearance.peerAddress === query.peerAddress
  );
}
