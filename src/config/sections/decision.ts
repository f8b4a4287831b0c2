import { z } from "zod";
import { integer, real } from "../knob.js";

/** Candidates to decisions. */
export const decision = z
  .strictObject({
    fpir_target: real(1e-6, 0.5, 0.003, {
      env: "CORDON_FPIR_TARGET",
      unit: "probability",
      doc: "Chance that a person who is not enrolled gets a MATCH. Sets the threshold.",
    }),
    fpir_review: real(1e-6, 0.9, 0.01, {
      env: "CORDON_FPIR_REVIEW",
      unit: "probability",
      doc: "The same for REVIEW, where a person looks; not below fpir_target.",
    }),
    fpir_duplicate: real(1e-6, 0.9, 0.01, {
      env: "CORDON_FPIR_DUPLICATE",
      unit: "probability",
      doc: "Chance that somebody new is suspected at enrolment to be somebody enrolled.",
    }),
    gallery_persons_floor: integer(1, 10_000_000, 1000, {
      env: "CORDON_GALLERY_PERSONS_FLOOR",
      unit: "persons",
      doc: "Thresholds are never set for a smaller gallery than this, since galleries grow.",
    }),
  })
  .prefault({});
