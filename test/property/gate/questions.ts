import fc from "fast-check";
import type { Enrolment, IdentifyQuery } from "../../../src/compliance/rules/rule.js";
import { consent, DAY_MS, fix, guardian, NOW } from "../../compliance/world.js";
import { cameraId, moment, place, purpose, zoneId } from "./draws.js";

const usually = <T>(good: T, ...bad: readonly T[]) =>
  fc.oneof({ arbitrary: fc.constant(good), weight: 5 }, fc.constantFrom(...bad));

const cameraFix: fc.Arbitrary<IdentifyQuery["cameraFix"]> = fc.option(
  fc
    .record({
      place,
      accuracyM: usually(10, 0, 1_000, -1, NaN),
      fixedAtMs: fc.oneof(
        moment,
        moment.map((ms) => ms - 10_006),
        moment.map((ms) => ms + 2_006),
        fc.constant(NaN),
      ),
    })
    .map(({ place: at, ...rest }) => ({ ...fix, ...at, ...rest })),
  { freq: 10 },
);

export const query: fc.Arbitrary<IdentifyQuery> = fc.record({
  zoneId: fc.oneof({ arbitrary: fc.constant("plaza"), weight: 2 }, zoneId),
  cameraId,
  galleryId: usually("wanted", "staff"),
  purpose: fc.oneof({ arbitrary: fc.constant("PUBLIC_SAFETY" as const), weight: 1 }, purpose),
  cameraFix,
  peerAddress: usually(
    "10.1.2.3",
    "::ffff:10.1.2.3",
    "127.0.0.1",
    "::1",
    "10.2.0.1",
    "203.0.113.5",
  ),
});

/** One that the world of the start permits, but for its clock. */
export const lawfulQuery: fc.Arbitrary<IdentifyQuery> = fc.record({
  zoneId: fc.constant("plaza"),
  cameraId: fc.constantFrom("c1", "m1"),
  galleryId: fc.constant("wanted"),
  purpose: fc.constant("PUBLIC_SAFETY" as const),
  cameraFix: fc.constant(fix),
  peerAddress: fc.constantFrom("10.1.2.3", "203.0.113.5"),
});

const givenAtMs = fc.oneof<fc.Arbitrary<number | null>[]>(
  fc.constant(NOW - DAY_MS),
  fc.constant(NOW - DAY_MS),
  moment,
  fc.constantFrom(null, NaN),
);
const evidenceSha256 = usually("ab".repeat(32), "", "AB".repeat(32), "ab".repeat(31));

const lawfulBasis: fc.Arbitrary<Enrolment["lawfulBasis"]> = fc.oneof(
  { arbitrary: fc.constant(null), weight: 1 },
  {
    arbitrary: fc.record({ kind: fc.constant("law" as const), citation: usually("A law", " ") }),
    weight: 3,
  },
  {
    arbitrary: fc
      .record({
        givenAtMs,
        evidenceSha256,
        noticeId: usually("plaza-notice", "other", "unknown", ""),
        noticeVersion: fc.constantFrom(1, 1, 2, 3),
        guardian: fc.option(
          fc
            .record({ givenAtMs, evidenceSha256, relation: usually("mother", " ") })
            .map((drawn) => ({ ...guardian, ...drawn })),
        ),
      })
      .map((drawn) => ({ ...consent, ...drawn })),
    weight: 6,
  },
);

export const enrolment: fc.Arbitrary<Enrolment> = fc.record({
  galleryIds: fc.constantFrom(["wanted"], ["wanted"], ["staff"], ["wanted", "staff"]),
  purpose,
  lawfulBasis,
  retentionDeadlineMs: fc.oneof(
    fc.constant(NOW + DAY_MS),
    moment,
    fc.constantFrom(7, 30, 365).chain((days) => moment.map((ms) => ms + days * DAY_MS)),
    fc.constantFrom<(number | null)[]>(null, NaN, Infinity, 0),
  ),
  age: fc.oneof(
    fc.constantFrom({ band: "ADULT" as const }, { band: "UNDER_14" as const }, null),
    // NOW is noon of 15 January 2026 in Shanghai.
    fc
      .constantFrom(
        "2012-01-14",
        "2012-01-15",
        "2012-01-16",
        "2026-01-15",
        "2026-01-16",
        "1990-02-28",
      )
      .map((birthDate) => ({ birthDate })),
  ),
});
