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

/** A camera's newest clearance, and the ones before it. */
interface Kept extends Clearance {
  readonly before: Kept | null;
}

/**
 * What the gate found in order under one state of a zone's facts. The state owns this book, so that
 * a change of any fact closes it; within it only the clock can end what it says. Plain data, each
 * step a reference: a query finds nearly all of it in no cache, and waits for every step.
 */
export interface Clearances {
  readonly byCamera: Map<string, Kept>;
  /** The rules about the zone alone, which all its cameras share. */
  zone: (Term & { readonly purpose: Purpose }) | null;
}

export function createClearances(): Clearances {
  return { byCamera: new Map(), zone: null };
}

/**
 * A clearance that runs now, of the query's camera and for its purpose: the one for its gallery
 * and address, or else one for another, of which the rules about the camera and its zone hold.
 */
export function findClearance(
  { byCamera }: Clearances,
  query: ClearanceQuery,
  nowMs: number,
): Clearance | null {
  let other: Clearance | null = null;
  for (let own = byCamera.get(query.cameraId) ?? null; own !== null; own = own.before) {
    if (!isRunning(own, nowMs) || own.purpose !== query.purpose) continue;
    if (isSame(own, query)) return own;
    other ??= own;
  }
  return other;
}

export function keepClearance(
  { byCamera }: Clearances,
  query: ClearanceQuery,
  { sinceMs, untilMs, mobile }: Term & Pick<Clearance, "mobile">,
): void {
  const { cameraId, galleryId, purpose, peerAddress } = query;
  const others: Kept[] = [];
  for (let own = byCamera.get(cameraId) ?? null; own !== null; own = own.before) {
    if (!isSame(own, query)) others.push(own);
  }
  const before = others
    .slice(0, CLEARANCES_PER_CAMERA_MAX - 1)
    .reduceRight<Kept | null>((older, own) => ({ ...own, before: older }), null);
  byCamera.set(cameraId, { galleryId, purpose, peerAddress, sinceMs, untilMs, mobile, before });
}

/**
 * When the rules about the zone alone are no longer satisfied, milliseconds; -Infinity when that is
 * not known now.
 */
export function zoneClearedUntilMs({ zone }: Clearances, purpose: Purpose, nowMs: number): number {
  return zone?.purpose === purpose && isRunning(zone, nowMs) ? zone.untilMs : -Infinity;
}

export function keepZoneClearance(
  book: Clearances,
  purpose: Purpose,
  sinceMs: number,
  untilMs: number,
): void {
  book.zone = { purpose, sinceMs, untilMs };
}

function isRunning({ sinceMs, untilMs }: Term, nowMs: number): boolean {
  return nowMs >= sinceMs && nowMs < untilMs;
}

function isSame(clearance: Clearance, query: ClearanceQuery): boolean {
  return (
    clearance.galleryId === query.galleryId &&
    clearance.purpose === query.purpose &&
    clearance.peerAddress === query.peerAddress
  );
}
