import type { PersonView } from "../../usecases/persons.js";
import type { Person } from "../generated/cordon/v1/Person.js";
import { toTimestamp } from "../mapping.js";
import { fromLawfulBasis } from "./lawful-basis.js";

export function fromPerson(view: PersonView): Person {
  const { row, details, templateCount, mergedPersonIds } = view;
  return {
    personId: row.personId,
    displayName: details.displayName,
    externalReference: details.externalReference,
    galleryIds: [...row.galleryIds],
    templateCount,
    createTime: toTimestamp(row.createdAtMs),
    retentionDeadline: toTimestamp(row.retentionDeadlineMs),
    lawfulBasis: fromLawfulBasis(row.lawfulBasis),
    mergedPersonIds: [...mergedPersonIds],
  };
}
