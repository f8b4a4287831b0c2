/** Dates, numbers and lists in Chinese. */
import { type Bounded, NAMES_SHOWN_MAX } from "../../bounded.js";
import { isBlank } from "../../gaps.js";
import { type Block, note } from "../../paper.js";
import { unfilled } from "./words.js";

const SHANGHAI_AHEAD_MS = 8 * 3_600_000;

/** `2026年11月22日`, Asia/Shanghai. */
export function dayOf(iso: string): string {
  return chineseDay(shanghai(iso).slice(0, 10));
}

/** `2026年11月22日 10:30（北京时间）`. */
export function momentOf(iso: string): string {
  return `${dayOf(iso)} ${shanghai(iso).slice(11, 16)}（北京时间）`;
}

/** Of a day in Asia/Shanghai, YYYY-MM-DD. */
export function chineseDay(day: string): string {
  const [year, month, date] = day.split("-");
  return `${year}年${Number(month)}月${Number(date)}日`;
}

/** As the clock on the wall in Shanghai, but for its ending. */
function shanghai(iso: string): string {
  return new Date(Date.parse(iso) + SHANGHAI_AHEAD_MS).toISOString();
}

/** `102,418`. */
export function number(value: number): string {
  return new Intl.NumberFormat("en-US").format(value);
}

export function orUnfilled(text: string): string {
  return isBlank(text) ? unfilled : text;
}

/** `甲、乙等 30 个`. */
export function names(all: readonly string[], between = "、"): string {
  if (all.length === 0) return unfilled;
  const shown = all.slice(0, NAMES_SHOWN_MAX).join(between);
  return all.length > NAMES_SHOWN_MAX ? `${shown}等 ${number(all.length)} 个` : shown;
}

export function yesNo(value: boolean): string {
  return value ? "是" : "否";
}

/** Says how much was left out; nothing when nothing was. */
export function restOf({ shown, rest }: Bounded<unknown>): readonly Block[] {
  if (rest === 0) return [];
  const [first, more] = [number(shown.length), number(rest)];
  return [note(`仅列示前 ${first} 项，其余 ${more} 项及全部内容见随附的 dossier.json。`)];
}

/** Where it is signed and sealed. @param statement what is signed to; empty for nothing */
export function signature(statement: string, ...signers: readonly string[]): Block {
  const lines = signers.map((signer) => `${signer}：`);
  return { kind: "signature", statement, lines: [...lines, "日期：　　　　年　　月　　日"] };
}
