import type { CordonClient } from "../../transport/client/client.js";
import type { AnyDocument, Located } from "../documents/kinds.js";
import { type Current, readCurrent } from "./current.js";
import { type Outcome, type Planned, planned } from "./plan.js";
import { planAssessment } from "./plan-assessment.js";
import { planCamera } from "./plan-camera.js";
import { planAuthorisation, planGallery } from "./plan-gallery.js";
import { planNotice } from "./plan-notice.js";
import { planOperator } from "./plan-operator.js";
import { planAlternative, planEgress, planMinorRules } from "./plan-safeguards.js";
import { planSign } from "./plan-sign.js";
import { planZone } from "./plan-zone.js";
import { planPrune } from "./prune.js";

/** Compares every document with what the server has. Nothing is changed. */
export async function planAll(
  client: CordonClient,
  located: readonly Located[],
  prune: boolean,
): Promise<readonly Planned[]> {
  const current = readCurrent(client);
  const plans: Planned[] = [];
  for (const entry of located) {
    plans.push(planned(entry, await planOne(entry.document, current)));
  }
  if (prune) plans.push(...(await planPrune(located, current)));
  return plans;
}

/**
 * Carries plans out, what tightens first and what opens a zone last. Stops at the first failure;
 * a second run goes on from there.
 *
 * @param onStep called before each step with the plan that it belongs to
 */
export async function carryOut(
  client: CordonClient,
  plans: readonly Planned[],
  onStep: (plan: Planned) => void,
): Promise<void> {
  const steps = plans.flatMap((plan) => plan.steps.map((step) => ({ plan, step })));
  // Array.prototype.sort is stable: within a phase the order of the documents holds.
  for (const { plan, step } of steps.sort((a, b) => a.step.phase - b.step.phase)) {
    onStep(plan);
    await step.run(client);
  }
}

function planOne(document: AnyDocument, current: Current): Promise<Outcome> {
  switch (document.kind) {
    case "Operator":
      return planOperator(document, current);
    case "Zone":
      return planZone(document, current);
    case "Sign":
      return planSign(document, current);
    case "Camera":
      return planCamera(document, current);
    case "Gallery":
      return planGallery(document, current);
    case "GalleryAuthorisation":
      return planAuthorisation(document, current);
    case "AlternativeMethod":
      return planAlternative(document, current);
    case "EgressBasis":
      return planEgress(document, current);
    case "MinorRules":
      return planMinorRules(document, current);
    case "Notice":
      return planNotice(document, current);
    case "ImpactAssessment":
      return planAssessment(document, current);
  }
}
