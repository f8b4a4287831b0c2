import fc from "fast-check";
import { expect, it } from "vitest";
import { permitFault } from "../../src/base/permit.js";
import { createFacts, type FactsWriter } from "../../src/compliance/facts.js";
import { decideEnrol, decideIdentify } from "../../src/compliance/gate.js";
import type { ClaimedBasis, Enrolment } from "../../src/compliance/rules/rule.js";
import type {
  Camera,
  GalleryAuthorisation,
  LatLng,
  PlaceType,
  Sign,
  Zone,
  ZoneState,
} from "../../src/store/records.js";
import { plaza, square } from "../compliance/world.js";

/*
 * The gate against a second table of the same law, written on its own: plain records instead of
 * prepared facts, one line of logic for each reason, and a geofence that is a known square.
 */

/** A moment near the ones below, so that every order of them comes up. */
const moment = fc.integer({ min: 1_000, max: 1_012 });
const zoneId = fc.constantFrom("plaza", "station");
const galleryId = fc.constantFrom("wanted", "staff");
const cameraId = fc.constantFrom("c1", "c2");
const purpose = fc.constant("PUBLIC_SAFETY" as const);

/** In the square, on its edge, or beyond it. */
const place: fc.Arbitrary<LatLng> = fc.record({
  latitude: fc.constantFrom(39.89, 39.9, 39.905, 39.91, 39.92, NaN),
  longitude: fc.constantFrom(116.39, 116.4, 116.405, 116.41, 116.42),
});

const entranceIds = ["north", "east", "south"] as const;

const zone: fc.Arbitrary<Zone> = fc
  .record({
    zoneId,
    state: fc.constantFrom<ZoneState>("DRAFT", "REGISTERED", "ACTIVE", "SUSPENDED", "CLOSED"),
    necessity: fc.constantFrom("", " ", "Crowds"),
    placeType: fc.constantFrom("STREET_OR_SQUARE", "TRANSPORT_HUB", "TOILET" as PlaceType),
    validFromMs: moment,
    validUntilMs: moment,
    entrances: fc
      .subarray([...entranceIds])
      .map((ids) =>
        ids.map((entranceId) => ({ entranceId, displayName: "", position: { ...here } })),
      ),
  })
  .map((drawn) => ({ ...plaza, ...drawn, geofence: { polygons: [square] } }));

const here = { latitude: 39.905, longitude: 116.405 };

const sign: fc.Arbitrary<Sign> = fc.record({
  signId: fc.constantFrom("s1", "s2", "s3", "s4"),
  zoneId,
  entranceId: fc.constantFrom(...entranceIds),
  position: fc.constant(here),
  photoSha256: fc.constant("ab".repeat(32)),
  installedAtMs: moment,
});

const camera: fc.Arbitrary<Camera> = fc.record({
  cameraId,
  zoneId,
  displayName: fc.constant(""),
  position: fc.option(place),
});

const authorisation: fc.Arbitrary<GalleryAuthorisation> = fc.record({
  galleryId,
  zoneId,
  purpose,
  authorisedAtMs: moment,
});

const query = fc.record({ zoneId, cameraId, galleryId, purpose, cameraPosition: fc.option(place) });

/** What happens to the facts, one after another. */
type Change = (facts: FactsWriter, truth: Truth) => void;

/** The same facts, kept as lists in which the last word counts. */
interface Truth {
  zones: Zone[];
  signs: Sign[];
  cameras: Camera[];
  authorisations: GalleryAuthorisation[];
}

const change: fc.Arbitrary<Change> = fc.oneof(
  zone.map(
    (put): Change =>
      (facts, truth) => {
        facts.putZone(put);
        truth.zones = [...truth.zones.filter((other) => other.zoneId !== put.zoneId), put];
      },
  ),
  { arbitrary: sign.map(putSign), weight: 4 },
  fc.tuple(zoneId, fc.constantFrom("s1", "s2")).map(
    ([zone, id]): Change =>
      (facts, truth) => {
        facts.deleteSign(zone, id);
        truth.signs = truth.signs.filter((other) => other.zoneId !== zone || other.signId !== id);
      },
  ),
  camera.map(
    (put): Change =>
      (facts, truth) => {
        facts.putCamera(put);
        truth.cameras = [...truth.cameras.filter((other) => other.cameraId !== put.cameraId), put];
      },
  ),
  cameraId.map(
    (id): Change =>
      (facts, truth) => {
        facts.deleteCamera(id);
        truth.cameras = truth.cameras.filter((other) => other.cameraId !== id);
      },
  ),
  authorisation.map(
    (put): Change =>
      (facts, truth) => {
        facts.putAuthorisation(put);
        truth.authorisations = [...truth.authorisations, put];
      },
  ),
  fc.tuple(galleryId, zoneId).map(
    ([gallery, zone]): Change =>
      (facts, truth) => {
        facts.deleteAuthorisation(gallery, zone, "PUBLIC_SAFETY");
        truth.authorisations = truth.authorisations.filter(
          (other) => other.galleryId !== gallery || other.zoneId !== zone,
        );
      },
  ),
  galleryId.map(
    (id): Change =>
      (facts, truth) => {
        facts.deleteGallery(id);
        truth.authorisations = truth.authorisations.filter((other) => other.galleryId !== id);
      },
  ),
);

function putSign(put: Sign): Change {
  return (facts, truth) => {
    facts.putSign(put);
    const others = truth.signs.filter(
      (other) => other.zoneId !== put.zoneId || other.signId !== put.signId,
    );
    truth.signs = [...others, put];
  };
}

type Query = typeof query extends fc.Arbitrary<infer T> ? T : never;

function inSquare(point: LatLng | null): boolean {
  if (point === null) return false;
  const { latitude, longitude } = point;
  return latitude >= 39.9 && latitude <= 39.91 && longitude >= 116.4 && longitude <= 116.41;
}

/** The second table: every line `reason subject` that must stand in the refusal. */
function law(truth: Truth, asked: Query, now: number): string[] {
  const zone = truth.zones.find((other) => other.zoneId === asked.zoneId);
  const camera = truth.cameras.find((other) => other.cameraId === asked.cameraId);
  const z = `zone/${asked.zoneId}`;
  const c = `camera/${asked.cameraId}`;
  const lines: string[] = [];
  if (zone?.state === undefined || zone.state === "DRAFT") lines.push(`ZONE_NOT_REGISTERED ${z}`);
  if (zone && ["REGISTERED", "SUSPENDED", "CLOSED"].includes(zone.state)) {
    lines.push(`ZONE_NOT_ACTIVE ${z}`);
  }
  if (zone && (now < zone.validFromMs || zone.validUntilMs <= now)) lines.push(`ZONE_EXPIRED ${z}`);
  if (zone && (zone.necessity.trim() === "" || (zone.placeType as string) === "TOILET")) {
    lines.push(`ZONE_PURPOSE_MISSING ${z}`);
  }
  if (zone?.entrances.length === 0) lines.push(`SIGNAGE_MISSING ${z}`);
  for (const { entranceId } of zone?.entrances ?? []) {
    const up = truth.signs.filter(
      (sign) =>
        sign.zoneId === asked.zoneId && sign.entranceId === entranceId && sign.installedAtMs <= now,
    );
    if (up.length === 0) lines.push(`SIGNAGE_MISSING ${z}/entrance/${entranceId}`);
  }
  if (camera?.zoneId !== asked.zoneId) lines.push(`CAMERA_UNKNOWN ${c}`);
  if (zone && camera) {
    const stands = camera.position === null ? asked.cameraPosition : camera.position;
    if (!inSquare(stands)) lines.push(`CAMERA_OUTSIDE_GEOFENCE ${c}`);
  }
  const authorised = truth.authorisations.some(
    (other) => other.galleryId === asked.galleryId && other.zoneId === asked.zoneId,
  );
  if (!authorised) lines.push(`GALLERY_NOT_AUTHORISED gallery/${asked.galleryId}`);
  return lines;
}

/** A world that is nearly lawful, so that permits come up as well as refusals. */
const goodStart: Change = (facts, truth) => {
  const zone = { ...plaza, validFromMs: 0, validUntilMs: 2_000 };
  facts.putZone(zone);
  truth.zones.push(zone);
  for (const [index, entranceId] of ["east", "west"].entries()) {
    putSign({
      signId: `g${index}`,
      zoneId: "plaza",
      entranceId,
      position: here,
      photoSha256: "ab".repeat(32),
      installedAtMs: 0,
    })(facts, truth);
  }
  const camera = { cameraId: "c1", zoneId: "plaza", displayName: "", position: here };
  facts.putCamera(camera);
  truth.cameras.push(camera);
  const permission = {
    galleryId: "wanted",
    zoneId: "plaza",
    purpose: "PUBLIC_SAFETY",
    authorisedAtMs: 0,
  } as const;
  facts.putAuthorisation(permission);
  truth.authorisations.push(permission);
};

it("the gate and a second table of its rules agree on every world, query and clock", () => {
  let permits = 0;
  let refusals = 0;
  const worlds = fc.tuple(fc.boolean(), fc.array(change, { maxLength: 25 }));
  fc.assert(
    fc.property(worlds, fc.array(fc.tuple(query, moment), { minLength: 1 }), (world, asked) => {
      const [good, changes] = world;
      const facts = createFacts();
      const truth: Truth = { zones: [], signs: [], cameras: [], authorisations: [] };
      for (const apply of good ? [goodStart, ...changes] : changes) {
        apply(facts, truth);
        for (const [question, now] of asked) {
          const decision = decideIdentify(facts, question, now);
          const found = decision.permitted
            ? []
            : decision.refusal.violations.map(({ reason, subject }) => `${reason} ${subject}`);
          expect(found.sort()).toEqual(law(truth, question, now).sort());
          if (decision.permitted) {
            expect(permitFault(decision.permit, now, question.galleryId)).toBeNull();
            permits += 1;
          } else {
            refusals += 1;
          }
        }
      }
    }),
    { numRuns: 1000 },
  );
  expect(permits).toBeGreaterThan(50);
  expect(refusals).toBeGreaterThan(1000);
});

const claim: fc.Arbitrary<ClaimedBasis | null> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant("law" as const), citation: fc.constantFrom("", " ", "A law") }),
  fc.record({
    kind: fc.constant("consent" as const),
    givenAtMs: fc.option(moment),
    evidenceSha256: fc.constantFrom("", "ab".repeat(32), "AB".repeat(32), "ab".repeat(31)),
  }),
);

const enrolment: fc.Arbitrary<Enrolment> = fc.record({
  galleryIds: fc.constant(["wanted"]),
  purpose,
  lawfulBasis: claim,
  retentionDeadlineMs: fc.option(fc.oneof(moment, fc.constantFrom(NaN, Infinity))),
});

it("the enrolment gate and a second table of its rules agree", () => {
  const facts = createFacts();
  fc.assert(
    fc.property(enrolment, moment, (asked, now) => {
      const { lawfulBasis: basis, retentionDeadlineMs: until } = asked;
      const reasons = new Set<string>();
      if (!basis || (basis.kind === "law" && basis.citation !== "A law")) {
        reasons.add("LAWFUL_BASIS_MISSING");
      }
      if (basis?.kind === "consent") {
        const early = basis.givenAtMs === null || basis.givenAtMs > now;
        if (early || basis.evidenceSha256 !== "ab".repeat(32)) reasons.add("CONSENT_MISSING");
      }
      if (!(until !== null && until > now && until < 1e9)) reasons.add("RETENTION_MISSING");
      const decision = decideEnrol(facts, asked, now);
      const found = decision.permitted ? [] : decision.refusal.violations;
      expect(new Set(found.map(({ reason }) => reason))).toEqual(reasons);
      if (decision.permitted) expect(decision.lawfulBasis).toEqual(basis);
    }),
    { numRuns: 3000 },
  );
});
