import { accessibleFormats, type Notice, type NoticeText } from "../store/gate-records.js";
import { type Checks, createChecks, type Validated } from "./checks.js";

/** Most languages of one notice. */
export const NOTICE_TEXTS_MAX = 32;
/** Longest item of a notice, characters. */
export const NOTICE_ITEM_LENGTH_MAX = 4000;
/** Longest language tag that is looked at, characters. */
const LANGUAGE_LENGTH_MAX = 35;

/** What a caller says of a notice (`cordon.v1.Notice`), unchecked. */
export interface RawNotice {
  readonly noticeId: string;
  readonly zoneIds: readonly string[];
  readonly texts: readonly NoticeText[];
  /** Each one of `accessibleFormats`; anything else is refused. */
  readonly accessibleFormats: readonly string[];
}

/** The part of a notice that its publisher writes; version, times and fingerprints come later. */
export type NoticeContent = Pick<Notice, "noticeId" | "zoneIds" | "texts" | "accessibleFormats">;

/**
 * What a notice tells, languages in canonical form, or every field that is wrong.
 * @param isZone says which zones there are
 */
export function validateNotice(
  raw: RawNotice,
  isZone: (zoneId: string) => boolean,
): Validated<NoticeContent> {
  const checks = createChecks();
  checks.slug("notice.notice_id", raw.noticeId);
  const zoneIds = checks.zoneIds("notice.zone_ids", raw.zoneIds, { has: isZone, min: 1 });
  const texts = checkTexts(checks, raw.texts);
  const formats = checks.distinctWords(
    "notice.accessible_formats",
    accessibleFormats,
    raw.accessibleFormats,
  );
  if (checks.fields.length > 0) return { ok: false, fields: checks.fields };
  const { noticeId } = raw;
  return { ok: true, record: { noticeId, zoneIds, texts, accessibleFormats: formats } };
}

function checkTexts(checks: Checks, texts: readonly NoticeText[]): readonly NoticeText[] {
  if (texts.length > NOTICE_TEXTS_MAX) {
    checks.add("notice.texts", `must be at most ${NOTICE_TEXTS_MAX}`);
    return [];
  }
  const checked: NoticeText[] = [];
  for (const [index, text] of texts.entries()) {
    const path = `notice.texts[${index}]`;
    const language = checkLanguage(checks, `${path}.language`, text.language);
    if (checked.some((other) => other.language === language)) {
      checks.add(`${path}.language`, "is in the list twice");
    }
    const { processor, purposeMethodRetention, necessityImpact, rights, other } = text;
    const items = [
      ["processor", processor],
      ["purpose_method_retention", purposeMethodRetention],
      ["necessity_impact", necessityImpact],
      ["rights", rights],
      ["other", other],
    ] as const;
    for (const [name, item] of items) {
      checks.requiredText(`${path}.${name}`, item, NOTICE_ITEM_LENGTH_MAX);
    }
    if (language === null) continue;
    checked.push({ language, processor, purposeMethodRetention, necessityImpact, rights, other });
  }
  // One with a language that cannot be read may have been meant.
  const readable = checked.length === texts.length;
  if (readable && !checked.some(({ language }) => isChinese(language))) {
    checks.add("notice.texts", 'must have a text in Chinese, for example in "zh-CN"');
  }
  return checked;
}

/** BCP 47 in canonical form: `ZH-cn` becomes `zh-CN`. */
function checkLanguage(checks: Checks, field: string, language: string): string | null {
  const advice = 'must be a language tag (BCP 47), for example "zh-CN"';
  if (language === "" || language.length > LANGUAGE_LENGTH_MAX) return checks.add(field, advice);
  try {
    return Intl.getCanonicalLocales(language)[0] ?? checks.add(field, advice);
  } catch {
    // A RangeError: it is no tag.
    return checks.add(field, advice);
  }
}

function isChinese(language: string): boolean {
  return language === "zh" || language.startsWith("zh-");
}
