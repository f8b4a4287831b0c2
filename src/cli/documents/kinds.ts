import type { z } from "zod";
import { type AssessmentDocument, assessmentSchema } from "./assessment.js";
import { type CameraDocument, cameraSchema } from "./camera.js";
import { checkDocument, faultAt } from "./check.js";
import { DocumentError, type DocumentFault } from "./errors.js";
import {
  type AuthorisationDocument,
  authorisationSchema,
  type GalleryDocument,
  gallerySchema,
} from "./gallery.js";
import { type HandlingRulesDocument, handlingRulesSchema } from "./handling-rules.js";
import { type NoticeDocument, noticeSchema } from "./notice.js";
import { type OperatorDocument, operatorSchema } from "./operator.js";
import { type RawDocument, readDocuments, readOneDocument } from "./read.js";
import {
  type AlternativeDocument,
  alternativeSchema,
  type EgressDocument,
  egressSchema,
  type MinorRulesDocument,
  minorRulesSchema,
} from "./safeguards.js";
import { type SignDocument, signSchema } from "./sign.js";
import { type ZoneDocument, zoneSchema } from "./zone.js";

/** A document of each kind, as its schema leaves it. */
export interface Kinds {
  readonly Operator: OperatorDocument;
  readonly Zone: ZoneDocument;
  readonly Sign: SignDocument;
  readonly Camera: CameraDocument;
  readonly Gallery: GalleryDocument;
  readonly GalleryAuthorisation: AuthorisationDocument;
  readonly AlternativeMethod: AlternativeDocument;
  readonly EgressBasis: EgressDocument;
  readonly MinorRules: MinorRulesDocument;
  readonly HandlingRules: HandlingRulesDocument;
  readonly Notice: NoticeDocument;
  readonly ImpactAssessment: AssessmentDocument;
}
export type Kind = keyof Kinds;
export type AnyDocument = Kinds[Kind];

const schemas: { readonly [K in Kind]: (folder: string) => z.ZodType<Kinds[K]> } = {
  Operator: operatorSchema,
  Zone: zoneSchema,
  Sign: signSchema,
  Camera: cameraSchema,
  Gallery: gallerySchema,
  GalleryAuthorisation: authorisationSchema,
  AlternativeMethod: alternativeSchema,
  EgressBasis: egressSchema,
  MinorRules: minorRulesSchema,
  HandlingRules: handlingRulesSchema,
  Notice: noticeSchema,
  ImpactAssessment: assessmentSchema,
};

/** Every kind, in the order in which documents are applied. */
export const kinds = Object.keys(schemas) as readonly Kind[];

/** A document that is fit to be sent, and where it stands. */
export interface Located {
  readonly file: string;
  /** Counted from 1 in its file. */
  readonly position: number;
  readonly line: number;
  readonly document: AnyDocument;
}

/**
 * Reads and checks every document of a file or a folder.
 *
 * @throws DocumentError with every fault of all of them, and for two of the same name
 * @throws Error for a file that is not there or not readable
 */
export function loadDocuments(path: string): readonly Located[] {
  const faults: DocumentFault[] = [];
  const located: Located[] = [];
  const seen = new Map<string, Located>();
  for (const raw of readDocuments(path)) {
    const kind = kindOf(raw, faults);
    const document = kind && checkKind(raw, kind, faults);
    if (document === null) continue;
    const { file, position } = raw;
    const entry = { file, position, line: raw.lineOf([]), document };
    const name = nameOf(document);
    const twin = seen.get(name);
    if (twin !== undefined) {
      faults.push(faultAt(raw, [], `is ${name} a second time: see ${twin.file}:${twin.line}`));
    }
    seen.set(name, entry);
    located.push(entry);
  }
  if (faults.length > 0) throw new DocumentError(faults);
  return located;
}

/**
 * Reads a file with one document of one kind; `kind` may be left out in it.
 *
 * @throws DocumentError with its faults
 */
export function loadDocument<K extends Kind>(path: string, kind: K): Kinds[K] {
  const raw = readOneDocument(path);
  const value = isRecord(raw.value) ? { kind, ...raw.value } : raw.value;
  const faults: DocumentFault[] = [];
  const document = checkKind({ ...raw, value }, kind, faults);
  if (document === null) throw new DocumentError(faults);
  return document;
}

/** What a document is about, for example `sign/plaza/east-1`. */
export function nameOf(document: AnyDocument): string {
  switch (document.kind) {
    case "Operator":
      return "operator";
    case "Zone":
      return `zone/${document.zone_id}`;
    case "Sign":
      return `sign/${document.zone_id}/${document.sign_id}`;
    case "Camera":
      return `camera/${document.camera_id}`;
    case "Gallery":
      return `gallery/${document.gallery_id}`;
    case "GalleryAuthorisation": {
      const { gallery_id, zone_id, purpose } = document;
      return `authorisation/${gallery_id}/${zone_id}/${purpose}`;
    }
    case "AlternativeMethod":
      return `alternative/${document.zone_id}/${document.method_id}`;
    case "EgressBasis":
      return `egress/${document.zone_id}/${document.basis_id}`;
    case "MinorRules":
      return "minor-rules";
    case "HandlingRules":
      return "handling-rules";
    case "Notice":
      return `notice/${document.notice_id}`;
    case "ImpactAssessment":
      return `assessment/${document.assessment_id}`;
  }
}

function kindOf(raw: RawDocument, faults: DocumentFault[]): Kind | null {
  const value = isRecord(raw.value) ? raw.value["kind"] : undefined;
  const kind = kinds.find((name) => name === value);
  if (kind !== undefined) return kind;
  faults.push(faultAt(raw, ["kind"], `must be one of ${kinds.join(", ")}`));
  return null;
}

function checkKind<K extends Kind>(raw: RawDocument, kind: K, faults: DocumentFault[]) {
  return checkDocument(raw, schemas[kind](raw.folder), kind, faults);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
