import { notFound } from "../../../src/base/errors.js";
import type { Handler } from "../../transport/client/tiny-server.js";

/** What a test puts on the pretended server. Everything else is not there. */
export interface FakeRecords {
  readonly operator?: object;
  readonly zones?: readonly object[];
  readonly signs?: readonly object[];
  readonly cameras?: readonly { cameraId: string; zoneId?: string; deviceIdentity?: string }[];
  readonly galleries?: readonly { galleryId: string }[];
  readonly alternatives?: readonly object[];
  readonly handlingRules?: object;
  readonly notices?: readonly { noticeId: string }[];
  readonly assessments?: readonly { assessmentId: string }[];
}

/** Handlers that answer from records, and keep the names of the calls that would change any. */
export function fakeRecords(records: FakeRecords) {
  const calls: string[] = [];
  const find = <T extends object>(list: readonly T[] | undefined, key: string, id: string) => {
    const found = list?.find((record) => (record as Record<string, unknown>)[key] === id);
    if (found === undefined) throw notFound(key, id);
    return found;
  };
  const handlers: Record<string, Handler> = {
    GetOperator: () => {
      if (records.operator === undefined) throw notFound("operator", "self");
      return { operator: records.operator };
    },
    ListZones: () => ({ zones: records.zones ?? [] }),
    ListNotices: () => ({ notices: records.notices ?? [] }),
    ListImpactAssessments: () => ({ assessments: records.assessments ?? [] }),
    GetZone: ({ zoneId }: { zoneId: string }) => ({ zone: find(records.zones, "zoneId", zoneId) }),
    CheckZone: () => ({ satisfied: false, items: [{ satisfied: true }, { satisfied: false }] }),
    ListSigns: () => ({ signs: records.signs ?? [] }),
    ListCameras: () => ({ cameras: records.cameras ?? [] }),
    GetCamera: ({ cameraId }: { cameraId: string }) => ({
      camera: find(records.cameras, "cameraId", cameraId),
    }),
    GetGallery: ({ galleryId }: { galleryId: string }) => ({
      gallery: find(records.galleries, "galleryId", galleryId),
    }),
    ListGalleries: () => ({ galleries: records.galleries ?? [] }),
    ListAlternativeMethods: () => ({ methods: records.alternatives ?? [] }),
    ListEgressBases: () => ({ bases: [] }),
    GetMinorRules: () => {
      throw notFound("minor rules", "self");
    },
    GetHandlingRules: () => {
      if (records.handlingRules === undefined) throw notFound("handling rules", "self");
      return { rules: records.handlingRules };
    },
    GetNotice: ({ noticeId }: { noticeId: string }) => ({
      notice: find(records.notices, "noticeId", noticeId),
    }),
    GetImpactAssessment: ({ assessmentId }: { assessmentId: string }) => ({
      assessment: find(records.assessments, "assessmentId", assessmentId),
    }),
  };
  for (const name of changes) {
    handlers[name] = () => {
      calls.push(name);
      return {};
    };
  }
  return { handlers, calls };
}

const changes = [
  "SetOperator",
  "CreateZone",
  "UpdateZone",
  "RegisterZone",
  "ActivateZone",
  "SuspendZone",
  "CloseZone",
  "RecordSign",
  "InspectSign",
  "RemoveSign",
  "RegisterCamera",
  "RemoveCamera",
  "CreateGallery",
  "AuthoriseGallery",
  "RevokeGallery",
  "RecordAlternativeMethod",
  "RemoveAlternativeMethod",
  "SetMinorRules",
  "SetHandlingRules",
  "PublishNotice",
  "RecordImpactAssessment",
  "ApproveImpactAssessment",
];
