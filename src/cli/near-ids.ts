import type { CordonClient } from "../transport/client/client.js";
import { CordonClientError } from "../transport/client/error.js";

/** Ids that are looked through for the one that was meant: one page, the API's most. */
const LISTED_MAX = 1000;
/** Longest wait for that page, milliseconds: a hint is worth no more. */
const LIST_MS_MAX = 2000;
/** How a hint begins. */
export const DID_YOU_MEAN = "Did you mean";
/** Ids that a hint names. */
const NAMED_MAX = 3;

type List = (client: CordonClient, zoneId: string) => Promise<readonly string[]>;

const page = { pageSize: LISTED_MAX, pageToken: "" };
const quick = { timeoutMs: LIST_MS_MAX };

/** How the ids of each kind are listed, by the first part of a resource's name. */
const lists: Readonly<Record<string, List>> = {
  zone: async ({ zone }) => (await zone.listZones(page, quick)).zones.map((one) => one.zoneId),
  camera: async ({ camera }) =>
    (await camera.listCameras(page, quick)).cameras.map((one) => one.cameraId),
  gallery: async ({ gallery }) =>
    (await gallery.listGalleries(page, quick)).galleries.map((one) => one.galleryId),
  notice: async ({ notice }) =>
    (await notice.listNotices(page, quick)).notices.map((one) => one.noticeId),
  "impact assessment": async ({ assessment }) =>
    (await assessment.listImpactAssessments(page, quick)).assessments.map(
      (one) => one.assessmentId,
    ),
  sign: async ({ signage }, zoneId) =>
    (await signage.listSigns({ ...page, zoneId }, quick)).signs.map((one) => one.signId),
};

/** Reasons of a refusal that may come from an id that was mistyped. */
const aboutIds = new Set(["ZONE_NOT_REGISTERED", "CAMERA_UNKNOWN", "GALLERY_NOT_AUTHORISED"]);

/**
 * Makes failures over: where one is about an id that there is not, its message names those that
 * are near. Costs one short call for each kind of id, however many failures there are.
 */
export function nearIds(
  client: CordonClient,
): (failure: CordonClientError) => Promise<CordonClientError> {
  const listed = new Map<string, Promise<readonly string[]>>();
  const idsOf = (kind: string, zoneId: string): Promise<readonly string[]> => {
    const name = kind === "sign" ? `${kind}/${zoneId}` : kind;
    const list = Object.hasOwn(lists, kind) ? lists[kind] : undefined;
    // A caller who may not list gets the failure as it is.
    const ids = listed.get(name) ?? list?.(client, zoneId).catch(() => []) ?? Promise.resolve([]);
    listed.set(name, ids);
    return ids;
  };
  const hints = new Map<string, Promise<string>>();
  return (failure) =>
    withHints(failure, (resource) => {
      const hint = hints.get(resource) ?? hintFor(resource, idsOf);
      hints.set(resource, hint);
      return hint;
    });
}

type IdsOf = (kind: string, zoneId: string) => Promise<readonly string[]>;
type HintOf = (resource: string) => Promise<string>;

async function withHints(failure: CordonClientError, hintOf: HintOf): Promise<CordonClientError> {
  const { status, reason, fields, metadata, retryAfterMs, cause } = failure;
  const about = status === "NOT_FOUND" ? metadata["resource"] : undefined;
  const hint = about === undefined ? "" : await hintOf(about);
  const violations = await Promise.all(
    failure.violations.map(async (violation) => {
      if (!aboutIds.has(violation.type)) return violation;
      const near = await hintOf(violation.subject);
      return { ...violation, description: violation.description + near };
    }),
  );
  const message = failure.message + hint;
  return new CordonClientError({
    ...{ status, reason, fields, metadata, retryAfterMs, cause },
    message,
    violations,
  });
}

/** ` Did you mean "plaza"?`, or nothing. */
async function hintFor(resource: string, idsOf: IdsOf): Promise<string> {
  const [kind = "", ...ids] = resource.split("/");
  const near = nearest(ids.at(-1) ?? "", await idsOf(kind, ids[0] ?? ""));
  return near.length === 0 ? "" : ` ${DID_YOU_MEAN} ${near.map((one) => `"${one}"`).join(" or ")}?`;
}

/** Ids that a slip or two of the hand make of this one, nearest first; none when it is there. */
export function nearest(id: string, ids: readonly string[]): readonly string[] {
  const most = Math.max(1, Math.min(3, Math.floor(id.length / 3)));
  const near = [...new Set(ids)]
    .map((other) => ({ other, slips: distance(id, other, most) }))
    .filter(({ slips }) => slips <= most)
    .sort((a, b) => a.slips - b.slips);
  if (near[0]?.slips === 0) return [];
  return near.slice(0, NAMED_MAX).map(({ other }) => other);
}

/** Insertions, deletions and substitutions (Levenshtein); more than `most` is not counted out. */
function distance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let above = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const same = from[row - 1] === to[at - 1] ? 0 : 1;
      const cell = (list: readonly number[], index: number) => list[index] ?? 0;
      line.push(Math.min(cell(above, at) + 1, cell(line, at - 1) + 1, cell(above, at - 1) + same));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
