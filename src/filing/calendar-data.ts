import type { WorkCalendar } from "../store/filing-records.js";

/**
 * The calendars that come with this version, as the General Office of the State Council published
 * them. Weekends are off by themselves and named only within a holiday.
 */
export const shippedCalendars: readonly WorkCalendar[] = [
  {
    year: 2025,
    off: ["01-01", "01-28..02-04", "04-04..04-06", "05-01..05-05", "05-31..06-02", "10-01..10-08"],
    work: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    source: "国务院办公厅关于2025年部分节假日安排的通知 (国办发明电〔2024〕12号, 2024-11-12)",
  },
  {
    year: 2026,
    off: [
      "01-01..01-03",
      "02-15..02-23",
      "04-04..04-06",
      "05-01..05-05",
      "06-19..06-21",
      "09-25..09-27",
      "10-01..10-07",
    ],
    work: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    source: "国务院办公厅关于2026年部分节假日安排的通知 (国办发明电〔2025〕7号, 2025-11-04)",
  },
];
