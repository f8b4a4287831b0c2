import type {
  Camera,
  ComplianceRecords,
  Gallery,
  GalleryAuthorisation,
  Notice,
  Operator,
  PersonRow,
  RecordKind,
  Sign,
  TemplateRow,
  Zone,
} from "./records.js";

/** A page of a listing, ordered by id. `nextPageToken` is empty on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string;
}

export interface PageRequest {
  /** 1 to 1000. */
  readonly size: number;
  /** Empty for the first page. */
  readonly token: string;
}

/**
 * The durable truth. Every write is on the disk when its promise resolves, and each is atomic.
 * One conformance suite (`test/contract/store.ts`) holds every driver to this.
 */
export interface Store {
  getOperator(): Promise<Operator | null>;
  setOperator(operator: Operator): Promise<void>;

  /** Inserts; false when the id is taken. */
  insertZone(zone: Zone): Promise<boolean>;
  /** Replaces; false when there is none. */
  updateZone(zone: Zone): Promise<boolean>;
  getZone(zoneId: string): Promise<Zone | null>;
  listZones(page: PageRequest): Promise<Page<Zone>>;

  putSign(sign: Sign): Promise<void>;
  getSign(zoneId: string, signId: string): Promise<Sign | null>;
  listSigns(zoneId: string | null, page: PageRequest): Promise<Page<Sign>>;
  deleteSign(zoneId: string, signId: string): Promise<boolean>;

  /**
   * Inserts or replaces. Null when it is done; the id of the other camera, and nothing is written,
   * when that has the same device identity.
   */
  putCamera(camera: Camera): Promise<string | null>;
  getCamera(cameraId: string): Promise<Camera | null>;
  listCameras(zoneId: string | null, page: PageRequest): Promise<Page<Camera>>;
  deleteCamera(cameraId: string): Promise<boolean>;

  insertGallery(gallery: Gallery): Promise<boolean>;
  getGallery(galleryId: string): Promise<Gallery | null>;
  listGalleries(page: PageRequest): Promise<Page<Gallery>>;
  /** Deletes with its authorisations; "not-empty" while persons are in it. */
  deleteGallery(galleryId: string): Promise<"deleted" | "absent" | "not-empty">;

  putAuthorisation(authorisation: GalleryAuthorisation): Promise<void>;
  deleteAuthorisation(galleryId: string, zoneId: string, purpose: string): Promise<boolean>;
  listAuthorisations(): Promise<readonly GalleryAuthorisation[]>;

  /**
   * The records of `ComplianceRecords`. Their keys are built by `recordKey` (src/store/record-key.ts)
   * and listings are ordered by key. A record that names no zone concerns every zone. Inserts or
   * replaces.
   */
  putRecord<Kind extends RecordKind>(kind: Kind, record: ComplianceRecords[Kind]): Promise<void>;
  getRecord<Kind extends RecordKind>(
    kind: Kind,
    key: string,
  ): Promise<ComplianceRecords[Kind] | null>;
  /** @param zoneId only records that concern this zone; all when null */
  listRecords<Kind extends RecordKind>(
    kind: Kind,
    zoneId: string | null,
    page: PageRequest,
  ): Promise<Page<ComplianceRecords[Kind]>>;
  deleteRecord(kind: RecordKind, key: string): Promise<boolean>;
  /** The highest version of a notice, withdrawn or not. */
  getNewestNotice(noticeId: string): Promise<Notice | null>;

  /** Inserts a person with templates and gallery memberships, or nothing. */
  insertPerson(person: PersonRow, templates: readonly TemplateRow[]): Promise<void>;
  getPerson(personId: string): Promise<PersonRow | null>;
  listPersons(galleryId: string | null, page: PageRequest): Promise<Page<PersonRow>>;
  listTemplatesOf(personId: string): Promise<readonly TemplateRow[]>;
  /** Deletes the person, key, memberships and templates; null when there was none. */
  deletePerson(personId: string): Promise<{ readonly templatesDeleted: number } | null>;
  countPersons(): Promise<number>;
  countByGallery(): Promise<ReadonlyMap<string, { persons: number; templates: number }>>;

  /** Every template with its person's key and galleries, in batches, for loading the index. */
  scanTemplates(
    batchSize: number,
  ): AsyncIterable<readonly { readonly template: TemplateRow; readonly person: PersonRow }[]>;

  close(): Promise<void>;
}
