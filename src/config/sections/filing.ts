import { z } from "zod";
import { choice, integer, text } from "../knob.js";

export const filing = z
  .strictObject({
    threshold_persons: integer(1, 100_000, 100_000, {
      env: "CORDON_FILING_THRESHOLD_PERSONS",
      unit: "persons",
      doc: "Distinct persons from which on a filing is due. The law says 100,000; less is stricter.",
    }),
    overdue_policy: choice(["warn", "block-enrolment", "block-all"], "block-enrolment", {
      env: "CORDON_FILING_OVERDUE_POLICY",
      unit: "name",
      doc: "What an overdue filing stops: nothing, enrolments, or queries too.",
    }),
    calendar_dir: text("", {
      env: "CORDON_FILING_CALENDAR_DIR",
      unit: "folder",
      doc: "YAML files with further working-day calendars, read at start (docs/filing.md).",
    }),
  })
  .prefault({});
