import type { DossierManifest__Output } from "../api/generated/cordon/v1/DossierManifest.js";
import { harmless, type Paint, wrap } from "./text.js";

const WIDTH = 88;
/** Gaps that one call supplies, of which so many are shown. */
const GAPS_SHOWN_MAX = 5;

/** A dossier that was written, and where. */
export type WrittenDossier = DossierManifest__Output & { readonly folder: string };

/** What was written, and what is missing: once for each call that supplies it. */
export function describeDossier(
  { folder, files, complete, gaps }: WrittenDossier,
  paint: Paint,
): string {
  const many = files.length === 1 ? "1 file" : `${files.length} files`;
  const lines = [`${many} in ${folder}:`, ...files.map((it) => `  ${harmless(it)}`)];
  if (complete) {
    lines.push("", `${paint("green", "complete")}: nothing that Cordon knows of is missing`);
    return lines.join("\n");
  }
  const count = countOf(gaps);
  const what = count === 1 ? "one thing is" : `${count.toLocaleString("en-US")} things are`;
  lines.push("", `${paint("red", "incomplete")}: ${what} missing, and every page says so`);
  for (const group of groupsOf(gaps)) lines.push("", ...describeGaps(group, paint));
  return lines.join("\n");
}

type Gap = DossierManifest__Output["gaps"][number];

/** With those that are not listed. */
function countOf(gaps: readonly Gap[]): number {
  return gaps.reduce((sum, { more }) => sum + 1 + more, 0);
}

/** Gaps of one material that the same call supplies, in the order in which they came. */
function groupsOf(gaps: readonly Gap[]): readonly (readonly Gap[])[] {
  const groups = new Map<string, Gap[]>();
  for (const gap of gaps) {
    const key = `${gap.material} ${gap.remedy}`;
    groups.set(key, [...(groups.get(key) ?? []), gap]);
  }
  return [...groups.values()];
}

function describeGaps(gaps: readonly Gap[], paint: Paint): readonly string[] {
  const [{ material, remedy } = { material: 0, remedy: "" }] = gaps;
  const title = material === 0 ? "enclosure" : `material ${material}`;
  const indent = " ".repeat(title.length + 4);
  const shown = gaps.slice(0, GAPS_SHOWN_MAX).map(({ what }) => harmless(what));
  const rest = countOf(gaps) - shown.length;
  const left = rest.toLocaleString("en-US");
  const more = rest > 0 ? [`and ${left} more of this kind`] : [];
  const [first = "", ...others] = [...shown, ...more].flatMap((what) =>
    wrap(what, WIDTH - title.length),
  );
  return [
    `  ${paint("bold", title)}  ${first}`,
    ...others.map((line) => `${indent}${line}`),
    `    ${paint("dim", "then:")} ${harmless(remedy)}`,
  ];
}
