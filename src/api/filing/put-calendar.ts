import { invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import { putCalendar } from "../../usecases/filing/calendars.js";
import type { Unary } from "../context.js";
import type { PutCalendarRequest__Output } from "../generated/cordon/v1/PutCalendarRequest.js";
import type { PutCalendarResponse } from "../generated/cordon/v1/PutCalendarResponse.js";
import { fromStatus } from "./status.js";

export function putCalendarRpc(
  engine: Engine,
): Unary<PutCalendarRequest__Output, PutCalendarResponse> {
  return async ({ calendar }, { caller }) => {
    if (calendar === null) throw invalidField("calendar", "is required");
    const { year, off, work, source } = calendar;
    const kept = await putCalendar(engine, { year, off, work, source }, caller);
    return { status: fromStatus(kept) };
  };
}
