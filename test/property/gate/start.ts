import fc from "fast-check";
import {
  alternative,
  assessmentFor,
  authorisation,
  DAY_MS,
  egressBasis,
  fixedCamera,
  minorRules,
  mobileCamera,
  NOW,
  noticeFor,
  operator,
  plaza,
  signAt,
} from "../../compliance/world.js";
import { moment } from "./draws.js";
import type { Change } from "./truth.js";

/** A world that is lawful, so that permits come up as well as refusals. */
export const goodStart: Change = (facts, truth) => {
  const { purpose, method, necessity, retentionDaysMax } = plaza;
  const told = { purpose, method, necessity, retentionDaysMax, operator };
  facts.setOperator(operator);
  truth.operator = operator;
  truth.lastOperator = operator;
  facts.putZone(plaza);
  truth.zones.push(plaza);
  for (const sign of [signAt("east"), signAt("west")]) {
    facts.putSign(sign);
    truth.signs.push(sign);
  }
  facts.putCamera(fixedCamera);
  truth.cameras.push({ camera: fixedCamera, view: [116.404, 39.904, 116.406, 39.906] });
  facts.putCamera(mobileCamera);
  truth.cameras.push({ camera: mobileCamera, view: null });
  const notice = noticeFor(plaza);
  facts.putRecord("notice", notice);
  truth.notices.push({ notice, told, outdatedFor: new Set() });
  const assessment = assessmentFor(plaza);
  facts.putRecord("assessment", assessment);
  truth.assessments.push({ assessment, told, outdatedFor: new Set() });
  facts.putRecord("alternative", alternative);
  truth.alternatives.push(alternative);
  facts.putRecord("minorRules", minorRules);
  truth.minorRules = minorRules;
  facts.putAuthorisation(authorisation);
  truth.authorisations.push(authorisation);
};

const end = fc.oneof(moment, fc.constant(NOW + 30 * DAY_MS));

/** The same world, in which some facts end soon by the clock alone. */
export const endingStart: fc.Arbitrary<Change> = fc
  .record({ zone: end, east: end, west: end, assessment: end, basis: end })
  .map(
    (ends): Change =>
      (facts, truth) => {
        goodStart(facts, truth);
        const zone = { ...plaza, validUntilMs: ends.zone };
        facts.putZone(zone);
        truth.zones = [zone];
        const interval = plaza.inspectionIntervalDays * DAY_MS;
        truth.signs = [
          { ...signAt("east"), inspectedAtMs: ends.east - interval },
          { ...signAt("west"), inspectedAtMs: ends.west - interval },
        ];
        for (const sign of truth.signs) facts.putSign(sign);
        const basis = { ...egressBasis, validUntilMs: ends.basis };
        facts.putRecord("egress", basis);
        truth.egress = [basis];
        for (const known of truth.assessments) {
          known.assessment = { ...known.assessment, validUntilMs: ends.assessment };
          facts.putRecord("assessment", known.assessment);
        }
      },
  );
