/** The day on which the threshold is reached, and the last day of the filing. */
export const deadlineVectors = [
  ["2025-06-01", "2025-07-14"],
  ["2025-06-03", "2025-07-15"],
  ["2025-09-01", "2025-10-17"],
  ["2025-09-15", "2025-10-31"],
  ["2025-09-30", "2025-11-18"],
  ["2025-12-31", "2026-02-12"],
  ["2026-01-15", "2026-03-04"],
  ["2026-04-20", "2026-06-03"],
  ["2026-09-30", "2026-11-17"],
] as const;

/** One that lies beyond the calendars of 2025 and 2026. */
export const provisionalVector = "2026-11-20";
