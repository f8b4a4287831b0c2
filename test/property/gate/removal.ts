import fc from "fast-check";
import type { ComplianceRecords, RecordKind } from "../../../src/store/gate-records.js";
import type { Change, Truth } from "./truth.js";

/** Deletes what comes first in one of the lists. */
export const removal: fc.Arbitrary<Change> = fc
  .constantFrom(
    "zones",
    "signs",
    "cameras",
    "authorisations",
    "gallery",
    "notices",
    "assessments",
    "incidents",
    "alternatives",
    "egress",
  )
  .map(
    (list): Change =>
      (facts, truth) =>
        remove(list, facts, truth),
  );

function remove(list: string, facts: Parameters<Change>[0], truth: Truth): void {
  const drop = <Kind extends RecordKind>(
    kind: Kind,
    record: ComplianceRecords[Kind] | undefined,
  ) => {
    if (record !== undefined) facts.deleteRecord(kind, record);
  };
  if (list === "zones") {
    const gone = truth.zones.shift();
    facts.deleteZone(gone?.zoneId ?? "");
    if (gone !== undefined) truth.goneZones.set(gone.zoneId, gone);
  }
  if (list === "signs") {
    const gone = truth.signs.shift();
    facts.deleteSign(gone?.zoneId ?? "", gone?.signId ?? "");
  }
  if (list === "cameras") facts.deleteCamera(truth.cameras.shift()?.camera.cameraId ?? "");
  if (list === "authorisations" && truth.authorisations[0] !== undefined) {
    const gone = truth.authorisations[0];
    facts.deleteAuthorisation(gone.galleryId, gone.zoneId, gone.purpose);
    truth.authorisations = truth.authorisations.filter(
      (own) =>
        own.galleryId !== gone.galleryId ||
        own.zoneId !== gone.zoneId ||
        own.purpose !== gone.purpose,
    );
  }
  if (list === "gallery") {
    facts.deleteGallery("wanted");
    truth.authorisations = truth.authorisations.filter((own) => own.galleryId !== "wanted");
  }
  if (list === "notices") drop("notice", truth.notices.shift()?.notice);
  if (list === "assessments") drop("assessment", truth.assessments.shift()?.assessment);
  if (list === "incidents") drop("incident", truth.incidents.shift());
  if (list === "alternatives") drop("alternative", truth.alternatives.shift());
  if (list === "egress") drop("egress", truth.egress.shift());
}
