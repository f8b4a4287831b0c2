import type { Act } from "../access/authorise.js";
import type { Engine } from "../usecases/engine.js";
import type { ServerFacts } from "../usecases/server-info.js";
import { approveImpactAssessmentRpc } from "./assessment/approve-impact-assessment.js";
import { deleteImpactAssessmentRpc } from "./assessment/delete-impact-assessment.js";
import { getImpactAssessmentRpc } from "./assessment/get-impact-assessment.js";
import { listImpactAssessmentsRpc } from "./assessment/list-impact-assessments.js";
import { listIncidentsRpc } from "./assessment/list-incidents.js";
import { recordImpactAssessmentRpc } from "./assessment/record-impact-assessment.js";
import { recordIncidentRpc } from "./assessment/record-incident.js";
import { getCameraRpc } from "./camera/get-camera.js";
import { listCamerasRpc } from "./camera/list-cameras.js";
import { registerCameraRpc } from "./camera/register-camera.js";
import { removeCameraRpc } from "./camera/remove-camera.js";
import type { CallContext, Unary } from "./context.js";
import { enrolPersonRpc } from "./enrolment/enrol-person.js";
import { erasePersonRpc } from "./enrolment/erase-person.js";
import { getPersonRpc } from "./enrolment/get-person.js";
import { listPersonsRpc } from "./enrolment/list-persons.js";
import { authoriseGalleryRpc } from "./gallery/authorise-gallery.js";
import { createGalleryRpc } from "./gallery/create-gallery.js";
import { deleteGalleryRpc } from "./gallery/delete-gallery.js";
import { getGalleryRpc } from "./gallery/get-gallery.js";
import { listGalleriesRpc } from "./gallery/list-galleries.js";
import { revokeGalleryRpc } from "./gallery/revoke-gallery.js";
import { guardRequest } from "./guard.js";
import { identifyRpc } from "./identification/identify.js";
import { getNoticeRpc } from "./notice/get-notice.js";
import { listNoticesRpc } from "./notice/list-notices.js";
import { publishNoticeRpc } from "./notice/publish-notice.js";
import { withdrawNoticeRpc } from "./notice/withdraw-notice.js";
import { getMinorRulesRpc } from "./safeguard/get-minor-rules.js";
import { listAlternativeMethodsRpc } from "./safeguard/list-alternative-methods.js";
import { listEgressBasesRpc } from "./safeguard/list-egress-bases.js";
import { recordAlternativeMethodRpc } from "./safeguard/record-alternative-method.js";
import { recordEgressBasisRpc } from "./safeguard/record-egress-basis.js";
import { removeAlternativeMethodRpc } from "./safeguard/remove-alternative-method.js";
import { removeEgressBasisRpc } from "./safeguard/remove-egress-basis.js";
import { setMinorRulesRpc } from "./safeguard/set-minor-rules.js";
import { getOperatorRpc } from "./server/get-operator.js";
import { getServerInfoRpc } from "./server/get-server-info.js";
import { setOperatorRpc } from "./server/set-operator.js";
import { inspectSignRpc } from "./signage/inspect-sign.js";
import { listSignsRpc } from "./signage/list-signs.js";
import { recordSignRpc } from "./signage/record-sign.js";
import { removeSignRpc } from "./signage/remove-sign.js";
import { checkZoneRpc } from "./zone/check-zone.js";
import { createZoneRpc } from "./zone/create-zone.js";
import { getZoneRpc } from "./zone/get-zone.js";
import { listZonesRpc } from "./zone/list-zones.js";
import {
  activateZoneRpc,
  closeZoneRpc,
  registerZoneRpc,
  suspendZoneRpc,
} from "./zone/transition-zone.js";
import { updateZoneRpc } from "./zone/update-zone.js";

/** A method: what a caller must be allowed to do, and the handler. */
export interface ApiMethod {
  readonly act: Act;
  readonly handle: (request: unknown, context: CallContext) => Promise<unknown>;
}

/** Every RPC by `Service/Method`. The server does not start while one of the proto is missing. */
export function apiMethods(engine: Engine, facts: ServerFacts): ReadonlyMap<string, ApiMethod> {
  return new Map([
    ...personMethods(engine),
    ...placeMethods(engine),
    ...complianceMethods(engine),
    method("ServerService/GetServerInfo", "read", getServerInfoRpc(engine, facts)),
    method("ServerService/GetOperator", "read", getOperatorRpc(engine)),
    method("ServerService/SetOperator", "manage-operator", setOperatorRpc(engine)),
  ]);
}

/** Queries, persons and the galleries they are in. */
function personMethods(engine: Engine): readonly Named[] {
  return [
    method("IdentificationService/Identify", "identify", identifyRpc(engine)),
    method("EnrolmentService/EnrolPerson", "enrol", enrolPersonRpc(engine)),
    method("EnrolmentService/GetPerson", "read-persons", getPersonRpc(engine)),
    method("EnrolmentService/ListPersons", "read-persons", listPersonsRpc(engine)),
    method("EnrolmentService/ErasePerson", "erase", erasePersonRpc(engine)),
    method("GalleryService/CreateGallery", "manage-galleries", createGalleryRpc(engine)),
    method("GalleryService/GetGallery", "read", getGalleryRpc(engine)),
    method("GalleryService/ListGalleries", "read", listGalleriesRpc(engine)),
    method("GalleryService/DeleteGallery", "manage-galleries", deleteGalleryRpc(engine)),
    method("GalleryService/AuthoriseGallery", "manage-galleries", authoriseGalleryRpc(engine)),
    method("GalleryService/RevokeGallery", "manage-galleries", revokeGalleryRpc(engine)),
  ];
}

/** Zones and what stands in them: for those who run the place. */
function placeMethods(engine: Engine): readonly Named[] {
  return [
    method("ZoneService/CreateZone", "manage-zones", createZoneRpc(engine)),
    method("ZoneService/GetZone", "read", getZoneRpc(engine)),
    method("ZoneService/ListZones", "read", listZonesRpc(engine)),
    method("ZoneService/UpdateZone", "manage-zones", updateZoneRpc(engine)),
    method("ZoneService/CheckZone", "read", checkZoneRpc(engine)),
    method("ZoneService/RegisterZone", "manage-zones", registerZoneRpc(engine)),
    method("ZoneService/ActivateZone", "manage-zones", activateZoneRpc(engine)),
    method("ZoneService/SuspendZone", "manage-zones", suspendZoneRpc(engine)),
    method("ZoneService/CloseZone", "manage-zones", closeZoneRpc(engine)),
    method("SignageService/RecordSign", "manage-zones", recordSignRpc(engine)),
    method("SignageService/ListSigns", "read", listSignsRpc(engine)),
    method("SignageService/RemoveSign", "manage-zones", removeSignRpc(engine)),
    method("SignageService/InspectSign", "manage-zones", inspectSignRpc(engine)),
    method("CameraService/RegisterCamera", "manage-zones", registerCameraRpc(engine)),
    method("CameraService/GetCamera", "read", getCameraRpc(engine)),
    method("CameraService/ListCameras", "read", listCamerasRpc(engine)),
    method("CameraService/RemoveCamera", "manage-zones", removeCameraRpc(engine)),
    method(
      "SafeguardService/RecordAlternativeMethod",
      "manage-zones",
      recordAlternativeMethodRpc(engine),
    ),
    method("SafeguardService/ListAlternativeMethods", "read", listAlternativeMethodsRpc(engine)),
    method(
      "SafeguardService/RemoveAlternativeMethod",
      "manage-zones",
      removeAlternativeMethodRpc(engine),
    ),
  ];
}

/** What a person judges and answers for: for those who answer that it is lawful. */
function complianceMethods(engine: Engine): readonly Named[] {
  const act = "manage-compliance";
  const assessments = "ImpactAssessmentService";
  return [
    method("NoticeService/PublishNotice", act, publishNoticeRpc(engine)),
    method("NoticeService/GetNotice", "read", getNoticeRpc(engine)),
    method("NoticeService/ListNotices", "read", listNoticesRpc(engine)),
    method("NoticeService/WithdrawNotice", act, withdrawNoticeRpc(engine)),
    method(`${assessments}/RecordImpactAssessment`, act, recordImpactAssessmentRpc(engine)),
    method(`${assessments}/ApproveImpactAssessment`, act, approveImpactAssessmentRpc(engine)),
    method(`${assessments}/GetImpactAssessment`, "read", getImpactAssessmentRpc(engine)),
    method(`${assessments}/ListImpactAssessments`, "read", listImpactAssessmentsRpc(engine)),
    method(`${assessments}/DeleteImpactAssessment`, act, deleteImpactAssessmentRpc(engine)),
    method(`${assessments}/RecordIncident`, act, recordIncidentRpc(engine)),
    method(`${assessments}/ListIncidents`, "read", listIncidentsRpc(engine)),
    method("SafeguardService/RecordEgressBasis", act, recordEgressBasisRpc(engine)),
    method("SafeguardService/ListEgressBases", "read", listEgressBasesRpc(engine)),
    method("SafeguardService/RemoveEgressBasis", act, removeEgressBasisRpc(engine)),
    method("SafeguardService/SetMinorRules", act, setMinorRulesRpc(engine)),
    method("SafeguardService/GetMinorRules", "read", getMinorRulesRpc(engine)),
  ];
}

type Named = [string, ApiMethod];

/** The decoder made the request by the proto, so its type is known here and nowhere later. */
function method<Request, Response>(
  name: string,
  act: Act,
  handle: Unary<Request, Response>,
): Named {
  return [
    name,
    {
      act,
      async handle(request, context) {
        guardRequest(request);
        return handle(request as Request, context);
      },
    },
  ];
}
