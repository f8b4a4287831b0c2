import type { Caller } from "../access/access.js";
import { notFound } from "../base/errors.js";
import { noticeFingerprint } from "../compliance/fingerprint.js";
import { type RawNotice, validateNotice } from "../compliance/validate-notice.js";
import type { Notice } from "../store/gate-records.js";
import { noticeKey } from "../store/record-key.js";
import type { Page, PageRequest } from "../store/store.js";
import { fingerprintsOf, isZone, keepRecord } from "./compliance-record.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/** A version of a notice, and whether it is the one in force. */
export interface NoticeView {
  readonly notice: Notice;
  readonly current: boolean;
}

/**
 * Publishes the next version of a notice; the one before it is no longer current. It tells the
 * truth about its zones and the operator as they are at this moment.
 */
export function publishNotice(engine: Engine, raw: RawNotice, caller: Caller): Promise<NoticeView> {
  return engine.exclusive(async () => {
    const told = recordOf(validateNotice(raw, isZone(engine)));
    const operator = engine.facts.operator();
    const before = await engine.store.getNewestNotice(told.noticeId);
    const notice: Notice = {
      ...told,
      version: (before?.version ?? 0) + 1,
      publishedAtMs: engine.clock.nowMs(),
      withdrawnAtMs: null,
      fingerprints: fingerprintsOf(engine, told.zoneIds, (zone) =>
        noticeFingerprint(zone, operator),
      ),
    };
    const change = { act: "notice.publish", details: describe(notice) };
    await keepRecord(engine, "notice", notice, change, caller);
    return { notice, current: true };
  });
}

/** Takes a notice out of force, from the very next query. Calling it twice changes nothing. */
export function withdrawNotice(
  engine: Engine,
  noticeId: string,
  caller: Caller,
): Promise<NoticeView> {
  return engine.exclusive(async () => {
    const newest = await engine.store.getNewestNotice(noticeId);
    if (newest === null) throw notFound("notice", noticeId);
    if (newest.withdrawnAtMs !== null) return { notice: newest, current: false };
    const notice = { ...newest, withdrawnAtMs: engine.clock.nowMs() };
    const change = { act: "notice.withdraw", details: describe(notice) };
    await keepRecord(engine, "notice", notice, change, caller);
    return { notice, current: false };
  });
}

/** @param version null means the newest */
export async function getNotice(
  engine: Engine,
  noticeId: string,
  version: number | null,
): Promise<NoticeView> {
  const { store } = engine;
  const newest = await store.getNewestNotice(noticeId);
  const notice =
    version === null ? newest : await store.getRecord("notice", noticeKey(noticeId, version));
  if (notice === null) {
    throw notFound("notice", version === null ? noticeId : `${noticeId}/${version}`);
  }
  return { notice, current: isCurrent(notice, newest) };
}

export async function listNotices(
  engine: Engine,
  zoneId: string | null,
  page: PageRequest,
): Promise<Page<NoticeView>> {
  const { items, nextPageToken } = await engine.store.listRecords("notice", zoneId, page);
  const views: NoticeView[] = [];
  let newest: Notice | null = null;
  for (const notice of items) {
    // The versions of one notice stand together.
    if (newest?.noticeId !== notice.noticeId) {
      newest = await engine.store.getNewestNotice(notice.noticeId);
    }
    views.push({ notice, current: isCurrent(notice, newest) });
  }
  return { items: views, nextPageToken };
}

function isCurrent(notice: Notice, newest: Notice | null): boolean {
  return notice.version === newest?.version && notice.withdrawnAtMs === null;
}

function describe({ noticeId, version, zoneIds, texts }: Notice) {
  const languages = texts.map(({ language }) => language);
  return { noticeId, version, zoneIds: [...zoneIds], languages };
}
