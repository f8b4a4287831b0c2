import type { Engine } from "../../usecases/engine.js";
import { type Named, serverStream, unary } from "../method.js";
import { declareEndOfUseRpc } from "./declare-end-of-use.js";
import { exportDossierRpc } from "./export-dossier.js";
import { getFilingStatusRpc } from "./get-filing-status.js";
import { getHandlingRulesRpc, setHandlingRulesRpc } from "./handling-rules.js";
import { listCalendarsRpc } from "./list-calendars.js";
import { putCalendarRpc } from "./put-calendar.js";
import { recordFilingStepRpc } from "./record-filing-step.js";
import { recountPersonsRpc } from "./recount-persons.js";
import { watchFilingStatusRpc } from "./watch-filing-status.js";

/** FilingService: read by whoever reads records, kept by those who answer that it is lawful. */
export function filingMethods(engine: Engine): readonly Named[] {
  const act = "manage-filing";
  return [
    unary("FilingService/GetFilingStatus", "read", getFilingStatusRpc(engine)),
    serverStream("FilingService/WatchFilingStatus", "read", watchFilingStatusRpc(engine)),
    unary("FilingService/ListCalendars", "read", listCalendarsRpc(engine)),
    unary("FilingService/GetHandlingRules", "read", getHandlingRulesRpc(engine)),
    unary("FilingService/RecordFilingStep", act, recordFilingStepRpc(engine)),
    unary("FilingService/DeclareEndOfUse", act, declareEndOfUseRpc(engine)),
    unary("FilingService/PutCalendar", act, putCalendarRpc(engine)),
    unary("FilingService/SetHandlingRules", act, setHandlingRulesRpc(engine)),
    unary("FilingService/RecountPersons", act, recountPersonsRpc(engine), { lengthy: true }),
    serverStream("FilingService/ExportDossier", act, exportDossierRpc(engine)),
  ];
}
