import type { Engine } from "../../usecases/engine.js";
import { isShipped } from "../../usecases/filing/desk.js";
import type { Unary } from "../context.js";
import type { ListCalendarsRequest__Output } from "../generated/cordon/v1/ListCalendarsRequest.js";
import type { ListCalendarsResponse } from "../generated/cordon/v1/ListCalendarsResponse.js";

export function listCalendarsRpc(
  engine: Engine,
): Unary<ListCalendarsRequest__Output, ListCalendarsResponse> {
  return async () => ({
    calendars: engine.filing.book.calendars.map((calendar) => {
      const { year, off, work, source } = calendar;
      return { year, off: [...off], work: [...work], source, shipped: isShipped(calendar) };
    }),
  });
}
