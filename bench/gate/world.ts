import { createFacts, type FactsWriter } from "../../src/compliance/facts.js";
import type { IdentifyQuery } from "../../src/compliance/rules/rule.js";
import { createZoneFinder, type ZoneFinder } from "../../src/compliance/zone-finder.js";
import type { LatLng, Sign } from "../../src/store/records.js";
import { seededRandom } from "../random.js";
import type { GateOptions } from "./options.js";
import {
  assessmentOf,
  authorisationOf,
  cameraOf,
  galleryOf,
  isMobile,
  NOW_MS,
  noticeOf,
  operator,
  placeIn,
  signsOf,
  siteOf,
  zoneGroups,
  zoneOf,
} from "./records.js";

/** Everything that is asked while the clock stands at `NOW_MS`. */
export interface World {
  readonly facts: FactsWriter;
  readonly finder: ZoneFinder;
  /** Lawful, one for each fixed camera, in random order. */
  readonly fixed: readonly IdentifyQuery[];
  /** Lawful, one for each mobile camera, in random order. */
  readonly mobile: readonly IdentifyQuery[];
  /** Of fixed cameras, for galleries that their zones may not search. */
  readonly refused: readonly IdentifyQuery[];
  /** Points in and around zones. */
  readonly points: readonly LatLng[];
  /** One sign of the zone of each fixed query, to be recorded again. */
  readonly signOf: (query: IdentifyQuery) => Sign;
  readonly vertices: number;
  /** Time spent in the fact base alone while it was filled, milliseconds. */
  readonly fillMs: number;
}

const POINTS = 20_000;

/** Builds one zone after the other, since all at once would fill the memory. */
export function buildWorld(options: GateOptions, onZone: () => void): World {
  const facts = createFacts();
  const finder = createZoneFinder();
  let fillMs = 0;
  let vertices = 0;
  const timed = (fill: () => void) => {
    const startMs = performance.now();
    fill();
    fillMs += performance.now() - startMs;
  };
  timed(() => facts.setOperator(operator));
  for (let index = 0; index < options.zones; index++) {
    const site = siteOf(options.seed, index);
    const zone = zoneOf(site, index);
    vertices += zone.geofence.polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
    const signs = signsOf(site, index);
    timed(() => {
      facts.putZone(zone);
      for (const sign of signs) facts.putSign(sign);
      facts.putAuthorisation(authorisationOf(index));
    });
    const fact = facts.zone(zone.zoneId);
    if (fact !== undefined) finder.put(zone.zoneId, fact.geofence);
    onZone();
  }
  for (const [group, zoneIds] of zoneGroups(options.zones).entries()) {
    const notice = noticeOf(group, zoneIds);
    const assessment = assessmentOf(group, zoneIds);
    timed(() => {
      facts.putRecord("notice", notice);
      facts.putRecord("assessment", assessment);
    });
  }
  for (let index = 0; index < options.cameras; index++) {
    const camera = cameraOf(siteOf(options.seed, index % options.zones), index);
    timed(() => facts.putCamera(camera));
  }
  return { facts, finder, vertices, fillMs, ...queriesOf(options) };
}

function queriesOf(options: GateOptions) {
  const { zones, cameras, seed } = options;
  const random = seededRandom(seed + 1);
  const fixed: IdentifyQuery[] = [];
  const mobile: IdentifyQuery[] = [];
  const refused: IdentifyQuery[] = [];
  for (const index of shuffled(cameras, random)) {
    const zoneIndex = index % zones;
    const site = siteOf(seed, zoneIndex);
    const query: IdentifyQuery = {
      zoneId: site.zoneId,
      cameraId: `camera-${index}`,
      galleryId: galleryOf(zoneIndex),
      purpose: "PUBLIC_SAFETY",
      cameraFix: null,
      peerAddress: `10.${index % 200}.${index % 251}.7`,
    };
    if (isMobile(index)) {
      const place = placeIn(site, random.next() * 0.4 - 0.2, random.next() * 0.4 - 0.2);
      const accuracyM = 5 + random.next() * 20;
      mobile.push({ ...query, cameraFix: { ...place, accuracyM, fixedAtMs: NOW_MS - 1000 } });
    } else {
      fixed.push(query);
      refused.push({ ...query, galleryId: galleryOf(zoneIndex + 1) });
    }
  }
  const points = Array.from({ length: POINTS }, () => {
    const site = siteOf(seed, random.below(zones));
    return placeIn(site, random.next() * 3 - 1.5, random.next() * 3 - 1.5);
  });
  const signs = new Map(
    Array.from({ length: zones }, (_, index) => {
      const site = siteOf(seed, index);
      return [site.zoneId, signsOf(site, index)[0] as Sign] as const;
    }),
  );
  const signOf = ({ zoneId }: IdentifyQuery) => signs.get(zoneId) as Sign;
  return { fixed, mobile, refused, points, signOf };
}

/** 0 to count - 1 in random order (Fisher and Yates). */
function shuffled(count: number, random: { below(limit: number): number }): readonly number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}
