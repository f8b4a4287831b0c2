import type { ComplianceRecords, MinorRules, Notice, RecordKind } from "../store/gate-records.js";
import { inZoneKey } from "../store/record-key.js";
import type {
  Camera,
  GalleryAuthorisation,
  Operator,
  Purpose,
  Sign,
  Zone,
} from "../store/records.js";
import { createAuthorisations } from "./authorisations.js";
import { createByZone } from "./by-zone.js";
import {
  type PreparedZone,
  prepareZone,
  putTogether,
  underOperator,
  type ZoneFact,
  type ZoneProfile,
} from "./zone-fact.js";
import { createRecordBook, EVERY_ZONE } from "./zone-records.js";

export type { PreparedBasis, ZoneFact, ZoneProfile } from "./zone-fact.js";

/** How many of each there are. */
export interface FactCounts {
  readonly zones: number;
  readonly signs: number;
  readonly cameras: number;
  readonly authorisations: number;
}

/** What the gate must know of the filing (Art. 15). */
export interface FilingFact {
  readonly overdue: boolean;
  /** What an overdue filing stops. */
  readonly policy: "warn" | "block-enrolment" | "block-all";
}

/** What the gate knows, in memory. Every look-up that a decision makes is a map's. */
export interface Facts {
  zone(zoneId: string): ZoneFact | undefined;
  camera(cameraId: string): Camera | undefined;
  /** Cameras that are registered to a zone, in no order. */
  camerasOf(zoneId: string): Iterable<Camera>;
  isAuthorised(galleryId: string, zoneId: string, purpose: Purpose): boolean;
  /** Galleries that a zone may search for a purpose. For the checklist: walks every gallery. */
  galleriesOf(zoneId: string, purpose: Purpose): readonly string[];
  /** Zones on record that may search a gallery for a purpose. */
  zonesSearching(galleryId: string, purpose: Purpose): readonly ZoneProfile[];
  /** The newest version of a notice, withdrawn or not. */
  notice(noticeId: string): Notice | undefined;
  minorRules(): MinorRules | null;
  operator(): Operator | null;
  filing(): FilingFact;
  counts(): FactCounts;
  /** Another one whenever a zone, the operator, or a compliance record was put or deleted. */
  revision(): number;
}

/**
 * Changes what the gate knows, in force on the very next decision. Called after the store has
 * made the change durable, and at the start with every record, in any order. Putting a record
 * again replaces it; deleting one that is not there does nothing.
 */
export interface FactsWriter extends Facts {
  putZone(zone: Zone): void;
  deleteZone(zoneId: string): void;
  putSign(sign: Sign): void;
  deleteSign(zoneId: string, signId: string): void;
  putCamera(camera: Camera): void;
  deleteCamera(cameraId: string): void;
  putAuthorisation(authorisation: GalleryAuthorisation): void;
  deleteAuthorisation(galleryId: string, zoneId: string, purpose: Purpose): void;
  /** Forgets every authorisation of a gallery. */
  deleteGallery(galleryId: string): void;
  putRecord<Kind extends RecordKind>(kind: Kind, record: ComplianceRecords[Kind]): void;
  /** Forgets the record with the same key. */
  deleteRecord<Kind extends RecordKind>(kind: Kind, record: ComplianceRecords[Kind]): void;
  /** Fingerprints every zone anew, since its notice names the operator. */
  setOperator(operator: Operator | null): void;
  setFiling(filing: FilingFact): void;
}

/** An empty fact base. */
export function createFacts(): FactsWriter {
  const zones = createZones();
  const cameras = createByZone<Camera>(
    ({ cameraId }) => cameraId,
    ({ zoneId }) => [zoneId],
  );
  const authorisations = createAuthorisations();
  let filing: FilingFact = { overdue: false, policy: "warn" };
  return {
    ...zones,
    camera: cameras.get,
    camerasOf: cameras.of,
    isAuthorised: authorisations.has,
    galleriesOf: authorisations.galleryIds,
    zonesSearching: (galleryId, purpose) =>
      authorisations
        .zoneIds(galleryId, purpose)
        .map((zoneId) => zones.zone(zoneId)?.zone)
        .filter((zone) => zone !== undefined),
    filing: () => filing,
    counts: () => ({
      ...zones.counts(),
      cameras: cameras.count(),
      authorisations: authorisations.count(),
    }),
    putCamera: (camera) => zones.touch(cameras.put(camera)),
    deleteCamera: (cameraId) => zones.touch(cameras.delete(cameraId)),
    putAuthorisation(authorisation) {
      authorisations.put(authorisation);
      zones.touch([authorisation.zoneId]);
    },
    deleteAuthorisation(galleryId, zoneId, purpose) {
      authorisations.delete(galleryId, zoneId, purpose);
      zones.touch([zoneId]);
    },
    deleteGallery: (galleryId) => zones.touch(authorisations.deleteGallery(galleryId)),
    setFiling(next) {
      filing = next;
      zones.touch([EVERY_ZONE]);
    },
  };
}

/**
 * The zones with their signs and records. What a decision needs of a zone is put together when it
 * is first asked for, and thrown away when anything that it stands on is touched.
 */
function createZones() {
  const prepared = new Map<string, PreparedZone>();
  const together = new Map<string, ZoneFact>();
  const records = createRecordBook();
  const signs = createByZone<Sign>(
    ({ zoneId, signId }) => inZoneKey(zoneId, signId),
    ({ zoneId }) => [zoneId],
  );
  let operator: Operator | null = null;
  let revision = 0;

  function touch(zoneIds: readonly string[]): void {
    if (zoneIds.includes(EVERY_ZONE)) together.clear();
    else for (const zoneId of zoneIds) together.delete(zoneId);
  }

  function zone(zoneId: string): ZoneFact | undefined {
    const known = together.get(zoneId);
    if (known !== undefined) return known;
    const own = prepared.get(zoneId);
    if (own === undefined) return undefined;
    const fact = putTogether(own, signs.of(zoneId), records.of(zoneId));
    together.set(zoneId, fact);
    return fact;
  }

  return {
    touch,
    zone,
    notice: records.notice,
    minorRules: records.minorRules,
    operator: () => operator,
    revision: () => revision,
    counts: () => ({ zones: prepared.size, signs: signs.count() }),
    putZone(zone: Zone): void {
      revision += 1;
      prepared.set(zone.zoneId, prepareZone(zone, operator, prepared.get(zone.zoneId)));
      touch([zone.zoneId]);
    },
    deleteZone(zoneId: string): void {
      revision += 1;
      prepared.delete(zoneId);
      touch([zoneId]);
    },
    putSign: (sign: Sign) => touch(signs.put(sign)),
    deleteSign: (zoneId: string, signId: string) => touch(signs.delete(inZoneKey(zoneId, signId))),
    putRecord<Kind extends RecordKind>(kind: Kind, record: ComplianceRecords[Kind]): void {
      revision += 1;
      touch(records.put(kind, record));
    },
    deleteRecord<Kind extends RecordKind>(kind: Kind, record: ComplianceRecords[Kind]): void {
      revision += 1;
      touch(records.delete(kind, record));
    },
    setOperator(next: Operator | null): void {
      revision += 1;
      operator = next;
      for (const [zoneId, known] of prepared) {
        prepared.set(zoneId, underOperator(known, operator));
      }
      touch([EVERY_ZONE]);
    },
  };
}
