import type { Purpose } from "../store/records.js";

/** What one camera was permitted, and from when until when nothing but a change takes it back. */
interface Clearance {
  readonly galleryId: string;
  readonly purpose: Purpose;
  readonly peerAddress: string;
  readonly sinceMs: number;
  readonly untilMs: number;
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
 * What the gate permitted under one state of a zone's facts. The state owns this book, so that a
 * change of any fact closes it; within it only the clock can end a clearance.
 */
export interface Clearances {
  /** When the clearance for this query ends, milliseconds; -Infinity when there is none now. */
  untilMs(query: ClearanceQuery, nowMs: number): number;
  keep(query: ClearanceQuery, sinceMs: number, untilMs: number): void;
}

export function createClearances(): Clearances {
  const byCamera = new Map<string, readonly Clearance[]>();
  return {
    untilMs(query, nowMs) {
      const known = byCamera.get(query.cameraId);
      if (known === undefined) return -Infinity;
      for (const clearance of known) {
        const live = nowMs >= clearance.sinceMs && nowMs < clearance.untilMs;
        if (live && sameQuery(clearance, query)) return clearance.untilMs;
      }
      return -Infinity;
    },
    keep(query, sinceMs, untilMs) {
      const { galleryId, purpose, peerAddress } = query;
      const others = (byCamera.get(query.cameraId) ?? []).filter((own) => !sameQuery(own, query));
      const newest = { galleryId, purpose, peerAddress, sinceMs, untilMs };
      byCamera.set(query.cameraId, [newest, ...others].slice(0, CLEARANCES_PER_CAMERA_MAX));
    },
  };
}

function sameQuery(clearance: Clearance, query: ClearanceQuery): boolean {
  return (
    clearance.galleryId === query.galleryId &&
    clearance.purpose === query.purpose &&
    clearance.peerAddress === query.peerAddress
  );
}
