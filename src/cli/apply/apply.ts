import type { CordonClient } from "../../transport/client/client.js";
import type { AnyDocument, Located } from "../documents/kinds.js";
import { type Current, readCurrent } from "./current.js";
import { type Expected, expectedOf } from "./expected.js";
import { type Outcome, type Planned, planned, type Step } from "./plan.js";
import { planAssessment } from "./plan-assessment.js";
import { planCamera } from "./plan-camera.js";
import { planAuthorisation, planGallery } from "./plan-gallery.js";
import { planHandlingRules } from "./plan-handling-rules.js";
import { planNotice } from "./plan-notice.js";
import { planOperator } from "./plan-operator.js";
import { planAlternative, planEgress, planMinorRules } from "./plan-safeguards.js";
import { planSign } from "./plan-sign.js";
import { planZone } from "./plan-zone.js";
import { planPrune } from "./prune.js";
import { withWarnings } from "./warnings.js";

/**
 * Compares every document with what the server has, and judges what would be sent by the server's
 * own rules. Nothing is changed.
 */
export async function planAll(
  client: CordonClient,
  located: readonly Located[],
  prune: boolean,
): Promise<readonly Planned[]> {
  const current = readCurrent(client);
  const removed = prune ? await planPrune(located, current) : [];
  const cameras = new Set(removed.map(({ name }) => name.replace(/^camera\//, "")));
  const expected = expectedOf(located, current, cameras, Date.now());
  const plans: Planned[] = [];
  for (const entry of located) {
    plans.push(planned(entry, await planOne(entry.document, current, expected)));
  }
  return withWarnings([...plans, ...removed], current, expected);
}

/** How far an apply came. */
export interface Carried {
  /** Steps of each plan that the server has answered. */
  readonly done: ReadonlyMap<Planned, readonly Step[]>;
  /** Where it stopped; null when everything is done. */
  readonly failure: { readonly plan: Planned; readonly step: Step; readonly error: unknown } | null;
}

/**
 * Carries plans out, what tightens first and what opens a zone last. Stops at the first failure,
 * so that nothing opens while something before it is not done; a second run goes on from there.
 */
export async function carryOut(client: CordonClient, plans: readonly Planned[]): Promise<Carried> {
  const done = new Map<Planned, Step[]>(plans.map((plan) => [plan, []]));
  const steps = plans.flatMap((plan) => plan.steps.map((step) => ({ plan, step })));
  // Array.prototype.sort is stable: within a phase the order of the documents holds.
  for (const { plan, step } of steps.sort((a, b) => a.step.phase - b.step.phase)) {
    try {
      await step.run(client);
    } catch (error) {
      return { done, failure: { plan, step, error } };
    }
    done.get(plan)?.push(step);
  }
  return { done, failure: null };
}

function planOne(document: AnyDocument, current: Current, expected: Expected): Promise<Outcome> {
  switch (document.kind) {
    case "Operator":
      return planOperator(document, current, expected);
    case "Zone":
      return planZone(document, current, expected);
    case "Sign":
      return planSign(document, current, expected);
    case "Camera":
      return planCamera(document, current, expected);
    case "Gallery":
      return planGallery(document, current, expected);
    case "GalleryAuthorisation":
      return planAuthorisation(document, current, expected);
    case "AlternativeMethod":
      return planAlternative(document, current, expected);
    case "EgressBasis":
      return planEgress(document, current, expected);
    case "MinorRules":
      return planMinorRules(document, current, expected);
    case "HandlingRules":
      return planHandlingRules(document, current, expected);
    case "Notice":
      return planNotice(document, current, expected);
    case "ImpactAssessment":
      return planAssessment(document, current, expected);
  }
}
