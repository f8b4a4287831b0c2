/**
 * The permit: proof that the gate let one query or enrolment through. `vision` and `index` take
 * one and check it; only `compliance` mints them (the linter keeps `mintPermit` to that folder).
 *
 * It is declared here, below the stages, because the stages never import one another.
 */
declare const permitBrand: unique symbol;

/** What one permit allows. */
export interface PermitScope {
  readonly act: "identify" | "enrol";
  /** Zone of the query; empty for an enrolment, which happens outside zones. */
  readonly zoneId: string;
  readonly cameraId: string;
  readonly galleryIds: readonly string[];
  readonly purpose: string;
  /** Milliseconds since the epoch, after which the permit is void. */
  readonly expiresAtMs: number;
}

export type Permit = PermitScope & { readonly [permitBrand]: true };

const genuine = new WeakSet<object>();

/** Makes a permit. For `compliance` alone. */
export function mintPermit(scope: PermitScope): Permit {
  const permit = Object.freeze({ ...scope, galleryIds: Object.freeze([...scope.galleryIds]) });
  genuine.add(permit);
  return permit as unknown as Permit;
}

/** Why a permit is void, or null when it is good. */
export function permitFault(
  permit: Permit,
  nowMs: number,
  galleryId?: string,
): "FORGED" | "EXPIRED" | "OTHER_GALLERY" | null {
  if (!genuine.has(permit)) return "FORGED";
  if (nowMs > permit.expiresAtMs) return "EXPIRED";
  if (galleryId !== undefined && !permit.galleryIds.includes(galleryId)) return "OTHER_GALLERY";
  return null;
}

/** Throws unless the permit is genuine, alive and, when one is named, for this gallery. */
export function requirePermit(permit: Permit, nowMs: number, galleryId?: string): void {
  const fault = permitFault(permit, nowMs, galleryId);
  if (fault !== null) throw new Error(`permit refused: ${fault}`);
}
