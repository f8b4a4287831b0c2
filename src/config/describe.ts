import { listKnobs } from "./load.js";

/** The table of every knob, in Markdown, for docs/configuration.md. */
export function describeKnobs(): string {
  const rows = listKnobs().map((knob) => {
    const byDefault = knob.byDefault === "" ? "(empty)" : `\`${String(knob.byDefault)}\``;
    const cells = [
      `\`${knob.section}.${knob.name}\``,
      `\`${knob.env}\``,
      knob.unit,
      byDefault,
      knob.limits,
      knob.doc,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head = "| knob | environment | unit | default | limits | what it does |";
  return [head, "| --- | --- | --- | --- | --- | --- |", ...rows].join("\n");
}
