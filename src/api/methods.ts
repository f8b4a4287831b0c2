import type { Engine } from "../usecases/engine.js";
import type { ServerFacts } from "../usecases/server-info.js";
import { adminMethods } from "./admin/methods.js";
import { approveImpactAssessmentRpc } from "./assessment/approve-impact-assessment.js";
import { deleteImpactAssessmentRpc } from "./assessment/delete-impact-assessment.js";
import { getImpactAssessmentRpc } from "./assessment/get-impact-assessment.js";
import { listImpactAssessmentsRpc } from "./assessment/list-impact-assessments.js";
import { listIncidentsRpc } from "./assessment/list-incidents.js";
import { recordImpactAssessmentRpc } from "./assessment/record-impact-assessment.js";
import { recordIncidentRpc } from "./assessment/record-incident.js";
import { auditMethods } from "./audit/methods.js";
import { getCameraRpc } from "./camera/get-camera.js";
import { listCamerasRpc } from "./camera/list-cameras.js";
import { registerCameraRpc } from "./camera/register-camera.js";
import { removeCameraRpc } from "./camera/remove-camera.js";
import { listMergesRpc } from "./duplicate/list-merges.js";
import { listReviewsRpc } from "./duplicate/list-reviews.js";
import { mergePersonsRpc } from "./duplicate/merge-persons.js";
import { resolveReviewRpc } from "./duplicate/resolve-review.js";
import { undoMergeRpc } from "./duplicate/undo-merge.js";
import { enrolPersonRpc } from "./enrolment/enrol-person.js";
import { enrolPersonsRpc } from "./enrolment/enrol-persons.js";
import { erasePersonRpc } from "./enrolment/erase-person.js";
import { getErasureReceiptRpc } from "./enrolment/get-erasure-receipt.js";
import { getPersonRpc } from "./enrolment/get-person.js";
import { listPersonsRpc } from "./enrolment/list-persons.js";
import { withdrawConsentRpc } from "./enrolment/withdraw-consent.js";
import { filingMethods } from "./filing/methods.js";
import { authoriseGalleryRpc } from "./gallery/authorise-gallery.js";
import { createGalleryRpc } from "./gallery/create-gallery.js";
import { deleteGalleryRpc } from "./gallery/delete-gallery.js";
import { getGalleryRpc } from "./gallery/get-gallery.js";
import { listGalleriesRpc } from "./gallery/list-galleries.js";
import { revokeGalleryRpc } from "./gallery/revoke-gallery.js";
import { identifyRpc } from "./identification/identify.js";
import { identifyBatchRpc } from "./identification/identify-batch.js";
import { identifyStreamRpc } from "./identification/identify-stream.js";
import { type ApiMethod, bidi, type Named, unary } from "./method.js";
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

/** Every RPC by `Service/Method`. The server does not start while one of the proto is missing. */
export function apiMethods(engine: Engine, facts: ServerFacts): ReadonlyMap<string, ApiMethod> {
  return new Map([
    ...personMethods(engine),
    ...duplicateMethods(engine),
    ...galleryMethods(engine),
    ...placeMethods(engine),
    ...complianceMethods(engine),
    ...auditMethods(engine),
    ...filingMethods(engine),
    ...adminMethods(engine, facts),
    unary("ServerService/GetServerInfo", "read", getServerInfoRpc(engine, facts)),
    unary("ServerService/GetOperator", "read", getOperatorRpc(engine)),
    unary("ServerService/SetOperator", "manage-operator", setOperatorRpc(engine)),
  ]);
}

/** Queries and persons. */
function personMethods(engine: Engine): readonly Named[] {
  const queries = true;
  return [
    unary("IdentificationService/Identify", "identify", identifyRpc(engine)),
    unary("IdentificationService/IdentifyBatch", "identify", identifyBatchRpc(engine), { queries }),
    bidi("IdentificationService/IdentifyStream", "identify", identifyStreamRpc(engine), {
      queries,
    }),
    unary("EnrolmentService/EnrolPerson", "enrol", enrolPersonRpc(engine)),
    bidi("EnrolmentService/EnrolPersons", "enrol", enrolPersonsRpc(engine), { guards: true }),
    unary("EnrolmentService/GetPerson", "read-persons", getPersonRpc(engine)),
    unary("EnrolmentService/ListPersons", "read-persons", listPersonsRpc(engine)),
    unary("EnrolmentService/ErasePerson", "erase", erasePersonRpc(engine)),
    unary("EnrolmentService/WithdrawConsent", "erase", withdrawConsentRpc(engine)),
    unary("EnrolmentService/GetErasureReceipt", "read-receipts", getErasureReceiptRpc(engine)),
  ];
}

/** Who is one and the same: read by those who enrol, decided by those who do not. */
function duplicateMethods(engine: Engine): readonly Named[] {
  return [
    unary("DuplicateService/MergePersons", "decide-duplicates", mergePersonsRpc(engine)),
    unary("DuplicateService/UndoMerge", "decide-duplicates", undoMergeRpc(engine)),
    unary("DuplicateService/ListMerges", "read-duplicates", listMergesRpc(engine)),
    unary("DuplicateService/ListReviews", "read-duplicates", listReviewsRpc(engine)),
    unary("DuplicateService/ResolveReview", "decide-duplicates", resolveReviewRpc(engine)),
  ];
}

function galleryMethods(engine: Engine): readonly Named[] {
  return [
    unary("GalleryService/CreateGallery", "manage-galleries", createGalleryRpc(engine)),
    unary("GalleryService/GetGallery", "read", getGalleryRpc(engine)),
    unary("GalleryService/ListGalleries", "read", listGalleriesRpc(engine)),
    unary("GalleryService/DeleteGallery", "manage-galleries", deleteGalleryRpc(engine)),
    unary("GalleryService/AuthoriseGallery", "manage-galleries", authoriseGalleryRpc(engine)),
    unary("GalleryService/RevokeGallery", "manage-galleries", revokeGalleryRpc(engine)),
  ];
}

/** Zones and what stands in them: for those who run the place. */
function placeMethods(engine: Engine): readonly Named[] {
  return [
    unary("ZoneService/CreateZone", "manage-zones", createZoneRpc(engine)),
    unary("ZoneService/GetZone", "read", getZoneRpc(engine)),
    unary("ZoneService/ListZones", "read", listZonesRpc(engine)),
    unary("ZoneService/UpdateZone", "manage-zones", updateZoneRpc(engine)),
    unary("ZoneService/CheckZone", "read", checkZoneRpc(engine)),
    unary("ZoneService/RegisterZone", "manage-zones", registerZoneRpc(engine)),
    unary("ZoneService/ActivateZone", "manage-zones", activateZoneRpc(engine)),
    unary("ZoneService/SuspendZone", "manage-zones", suspendZoneRpc(engine)),
    unary("ZoneService/CloseZone", "manage-zones", closeZoneRpc(engine)),
    unary("SignageService/RecordSign", "manage-zones", recordSignRpc(engine)),
    unary("SignageService/ListSigns", "read", listSignsRpc(engine)),
    unary("SignageService/RemoveSign", "manage-zones", removeSignRpc(engine)),
    unary("SignageService/InspectSign", "manage-zones", inspectSignRpc(engine)),
    unary("CameraService/RegisterCamera", "manage-zones", registerCameraRpc(engine)),
    unary("CameraService/GetCamera", "read", getCameraRpc(engine)),
    unary("CameraService/ListCameras", "read", listCamerasRpc(engine)),
    unary("CameraService/RemoveCamera", "manage-zones", removeCameraRpc(engine)),
    unary(
      "SafeguardService/RecordAlternativeMethod",
      "manage-zones",
      recordAlternativeMethodRpc(engine),
    ),
    unary("SafeguardService/ListAlternativeMethods", "read", listAlternativeMethodsRpc(engine)),
    unary(
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
    unary("NoticeService/PublishNotice", act, publishNoticeRpc(engine)),
    unary("NoticeService/GetNotice", "read", getNoticeRpc(engine)),
    unary("NoticeService/ListNotices", "read", listNoticesRpc(engine)),
    unary("NoticeService/WithdrawNotice", act, withdrawNoticeRpc(engine)),
    unary(`${assessments}/RecordImpactAssessment`, act, recordImpactAssessmentRpc(engine)),
    unary(`${assessments}/ApproveImpactAssessment`, act, approveImpactAssessmentRpc(engine)),
    unary(`${assessments}/GetImpactAssessment`, "read", getImpactAssessmentRpc(engine)),
    unary(`${assessments}/ListImpactAssessments`, "read", listImpactAssessmentsRpc(engine)),
    unary(`${assessments}/DeleteImpactAssessment`, act, deleteImpactAssessmentRpc(engine)),
    unary(`${assessments}/RecordIncident`, act, recordIncidentRpc(engine)),
    unary(`${assessments}/ListIncidents`, "read", listIncidentsRpc(engine)),
    unary("SafeguardService/RecordEgressBasis", act, recordEgressBasisRpc(engine)),
    unary("SafeguardService/ListEgressBases", "read", listEgressBasesRpc(engine)),
    unary("SafeguardService/RemoveEgressBasis", act, removeEgressBasisRpc(engine)),
    unary("SafeguardService/SetMinorRules", act, setMinorRulesRpc(engine)),
    unary("SafeguardService/GetMinorRules", "read", getMinorRulesRpc(engine)),
  ];
}
