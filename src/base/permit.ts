/**
 * The permit: proof that the gate let one query or enrolment through. `vision` and `index` take
 * one and check it; only `compliance` mints them (the linter keeps `mintPermit` to that folder).
 *
 * It is declared here, below the stages, because the stages never import one another.
 */
import { CordonError } from "./errors.js";

/** A server whose calls wait that long is loaded; a caller should not come back at once. */
const RETRY_AFTER_MS = 1000;

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

/**
 * A private field tells a genuine permit from an object that only looks like one. A WeakSet would
 * too, and made the collector pause for a tenth of a second under a hundred thousand permits.
 */
class Minted implements PermitScope {
  readonly #genuine = true;
  readonly act: PermitScope["act"];
  readonly zoneId: string;
  readonly cameraId: string;
  readonly galleryIds: readonly string[];
  readonly purpose: string;
  readonly expiresAtMs: number;

  constructor(scope: PermitScope) {
    this.act = scope.act;
    this.zoneId = scope.zoneId;
    this.cameraId = scope.cameraId;
    this.galleryIds = Object.freeze([...scope.galleryIds]);
    this.purpose = scope.purpose;
    this.expiresAtMs = scope.expiresAtMs;
    Object.freeze(this);
  }

  static isGenuine(value: unknown): boolean {
    return typeof value === "object" && value !== null && #genuine in value && value.#genuine;
  }
}
// Else every permit would carry the means to make another.
Reflect.deleteProperty(Minted.prototype, "constructor");

/** Makes a permit. For `compliance` alone. */
export function mintPermit(scope: PermitScope): Permit {
  return new Minted(scope) as PermitScope as Permit;
}

/** Why a permit is void, or null when it is good. */
export function permitFault(
  permit: Permit,
  nowMs: number,
  galleryId?: string,
): "FORGED" | "EXPIRED" | "OTHER_GALLERY" | null {
  if (!Minted.isGenuine(permit)) return "FORGED";
  if (nowMs > permit.expiresAtMs) return "EXPIRED";
  if (galleryId !== undefined && !permit.galleryIds.includes(galleryId)) return "OTHER_GALLERY";
  return null;
}

/**
 * Throws unless the permit is genuine, alive and, when one is named, for this gallery.
 * @throws CordonError UNAVAILABLE PERMIT_EXPIRED for one that waited too long; Error for a forged
 *   one or one of another gallery, which only a bug can bring here
 */
export function requirePermit(permit: Permit, nowMs: number, galleryId?: string): void {
  const fault = permitFault(permit, nowMs, galleryId);
  if (fault === "EXPIRED") {
    throw new CordonError({
      status: "UNAVAILABLE",
      reason: "PERMIT_EXPIRED",
      message: "This call waited until its permit had run out. Ask again: the gate decides anew.",
      retryAfterMs: RETRY_AFTER_MS,
    });
  }
  if (fault !== null) throw new Error(`permit refused: ${fault}`);
}
