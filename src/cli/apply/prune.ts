import { type Located, nameOf } from "../documents/kinds.js";
import { shortName } from "../output.js";
import type { Current } from "./current.js";
import { type Planned, removal, type Step } from "./plan.js";

/**
 * What the documents do not name in the zones that they describe: signs, cameras, authorisations,
 * alternative methods, egress bases. Removing any of these only ever makes the gate stricter.
 * Zones, galleries, notices, assessments and persons are never pruned, nor what the whole server has
 * one of: the operator, the rules for minors, the handling rules.
 */
export async function planPrune(
  located: readonly Located[],
  current: Current,
): Promise<readonly Planned[]> {
  const kept = new Set(located.map(({ document }) => nameOf(document)));
  const zones = located.flatMap(({ document }) =>
    document.kind === "Zone" ? [document.zone_id] : [],
  );
  const found: { name: string; run: Step["run"] }[] = [];
  for (const zoneId of zones) found.push(...(await recordsOf(zoneId, current)));
  return found.filter(({ name }) => !kept.has(name)).map(({ name, run }) => removal(name, run));
}

async function recordsOf(zoneId: string, current: Current) {
  const signs = (await current.signs(zoneId)).map(({ signId }) => ({
    name: `sign/${zoneId}/${signId}`,
    run: (client) => client.signage.removeSign({ zoneId, signId }),
  })) satisfies Removal[];
  const cameras = (await current.cameras(zoneId)).map(({ cameraId }) => ({
    name: `camera/${cameraId}`,
    run: (client) => client.camera.removeCamera({ cameraId }),
  })) satisfies Removal[];
  const methods = (await current.alternatives(zoneId)).map(({ methodId }) => ({
    name: `alternative/${zoneId}/${methodId}`,
    run: (client) => client.safeguard.removeAlternativeMethod({ zoneId, methodId }),
  })) satisfies Removal[];
  const bases = (await current.egressBases(zoneId)).map(({ basisId }) => ({
    name: `egress/${zoneId}/${basisId}`,
    run: (client) => client.safeguard.removeEgressBasis({ zoneId, basisId }),
  })) satisfies Removal[];
  const grants = (await current.galleries()).flatMap(({ galleryId, authorisations }) =>
    authorisations
      .filter((grant) => grant.zoneId === zoneId)
      .map(({ purpose }) => ({
        name: `authorisation/${galleryId}/${zoneId}/${shortName(purpose, "PURPOSE_")}`,
        run: (client) => client.gallery.revokeGallery({ galleryId, zoneId, purpose }),
      })),
  ) satisfies Removal[];
  return [...signs, ...cameras, ...methods, ...bases, ...grants];
}

interface Removal {
  readonly name: string;
  readonly run: Step["run"];
}
