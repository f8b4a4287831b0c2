import type { CordonClient } from "../../transport/client/client.js";
import { CordonClientError } from "../../transport/client/error.js";

/** Entries of one page, the API's most. */
const PAGE_SIZE = 1000;

/** What the server has now. Each question is asked once; null where there is no such record. */
export type Current = ReturnType<typeof readCurrent>;

/** Reads on demand what documents are compared with. */
export function readCurrent(client: CordonClient) {
  const answers = new Map<string, Promise<unknown>>();
  const once = <T>(question: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(question) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    answers.set(question, answer);
    return answer;
  };
  return {
    operator: () =>
      once("operator", () => orNull(client.server.getOperator({}).then((a) => a.operator))),
    zone: (zoneId: string) =>
      once(`zone/${zoneId}`, () => orNull(client.zone.getZone({ zoneId }).then((a) => a.zone))),
    zones: () =>
      once("zones", () =>
        allOf(async (page) => {
          const answer = await client.zone.listZones(page);
          return [answer.zones, answer.nextPageToken];
        }),
      ),
    signs: (zoneId: string) =>
      once(`signs/${zoneId}`, () =>
        allOf(async (page) => {
          const answer = await client.signage.listSigns({ zoneId, ...page });
          return [answer.signs, answer.nextPageToken];
        }),
      ),
    camera: (cameraId: string) =>
      once(`camera/${cameraId}`, () =>
        orNull(client.camera.getCamera({ cameraId }).then((a) => a.camera)),
      ),
    /** Of every zone when it is empty. */
    cameras: (zoneId: string) =>
      once(`cameras/${zoneId}`, () =>
        allOf(async (page) => {
          const answer = await client.camera.listCameras({ zoneId, ...page });
          return [answer.cameras, answer.nextPageToken];
        }),
      ),
    gallery: (galleryId: string) =>
      once(`gallery/${galleryId}`, () =>
        orNull(client.gallery.getGallery({ galleryId }).then((a) => a.gallery)),
      ),
    galleries: () =>
      once("galleries", () =>
        allOf(async (page) => {
          const answer = await client.gallery.listGalleries(page);
          return [answer.galleries, answer.nextPageToken];
        }),
      ),
    alternatives: (zoneId: string) =>
      once(`alternatives/${zoneId}`, () =>
        allOf(async (page) => {
          const answer = await client.safeguard.listAlternativeMethods({ zoneId, ...page });
          return [answer.methods, answer.nextPageToken];
        }),
      ),
    egressBases: (zoneId: string) =>
      once(`egress/${zoneId}`, () =>
        allOf(async (page) => {
          const answer = await client.safeguard.listEgressBases({ zoneId, ...page });
          return [answer.bases, answer.nextPageToken];
        }),
      ),
    minorRules: () =>
      once("minor-rules", () => orNull(client.safeguard.getMinorRules({}).then((a) => a.rules))),
    handlingRules: () =>
      once("handling-rules", () => orNull(client.filing.getHandlingRules({}).then((a) => a.rules))),
    notice: (noticeId: string) =>
      once(`notice/${noticeId}`, () =>
        orNull(client.notice.getNotice({ noticeId, version: 0 }).then((a) => a.notice)),
      ),
    /** Every version of every notice. */
    notices: () =>
      once("notices", () =>
        allOf(async (page) => {
          const answer = await client.notice.listNotices(page);
          return [answer.notices, answer.nextPageToken];
        }),
      ),
    assessments: () =>
      once("assessments", () =>
        allOf(async (page) => {
          const answer = await client.assessment.listImpactAssessments(page);
          return [answer.assessments, answer.nextPageToken];
        }),
      ),
    assessment: (assessmentId: string) =>
      once(`assessment/${assessmentId}`, () =>
        orNull(client.assessment.getImpactAssessment({ assessmentId }).then((a) => a.assessment)),
      ),
  };
}

/** Null instead of NOT_FOUND. */
async function orNull<T>(answer: Promise<T | null>): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof CordonClientError && thrown.status === "NOT_FOUND") return null;
    throw thrown;
  }
}

/** Every page; nothing when what they belong to is not there yet. */
async function allOf<T>(
  fetch: (page: {
    pageSize: number;
    pageToken: string;
  }) => Promise<readonly [readonly T[], string]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let pageToken = "";
  do {
    const page = await orNull(fetch({ pageSize: PAGE_SIZE, pageToken }));
    if (page === null) return [];
    all.push(...page[0]);
    pageToken = page[1];
  } while (pageToken !== "");
  return all;
}
