import { describe, expect, it } from "vitest";
import { z } from "zod";
import { buildDossier } from "../../src/filing/dossier/build.js";
import type { DossierInput } from "../../src/filing/dossier/input.js";
import { renderDossier } from "../../src/filing/dossier/render.js";
import { dossierSchema } from "../../src/filing/dossier/schema.js";
import { emptyInput, sampleInput } from "./dossier-sample.js";

async function render(input: DossierInput) {
  const [dossier, schema] = await renderDossier(buildDossier(input), "json");
  const parse = (bytes: Uint8Array | undefined) =>
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  return { dossier: parse(dossier?.bytes), schema: parse(schema?.bytes) };
}

/** Reversed everywhere, since lists of records come in any order. */
function shuffled(input: DossierInput): DossierInput {
  return {
    ...input,
    zones: input.zones.toReversed(),
    galleries: input.galleries.toReversed(),
    authorisations: input.authorisations.toReversed(),
    security: {
      ...input.security,
      access: {
        ...input.security.access,
        callers: input.security.access.callers.toReversed(),
      },
    },
  };
}

describe("dossier.json", () => {
  it("comes with its schema, draft 2020-12, which it keeps to", async () => {
    for (const input of [sampleInput, emptyInput, { ...emptyInput, operator: null }]) {
      const { dossier, schema } = await render(input);
      expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
      expect(z.fromJSONSchema(schema).safeParse(dossier).success).toBe(true);
      expect(dossierSchema.parse(dossier)).toEqual(dossier);
    }
  });

  it("has a schema that takes nothing else", async () => {
    const { dossier, schema } = await render(sampleInput);
    const read = z.fromJSONSchema(schema);
    const wrong = [
      { ...dossier, extra: 1 },
      { ...dossier, complete: "yes" },
      { ...dossier, madeAt: "yesterday" },
      { ...dossier, stored: { ...dossier.stored, persons: -1 } },
      { ...dossier, gaps: [{ ...emptyGap, material: 6 }] },
      { ...dossier, security: undefined },
    ];
    for (const of of wrong) expect(read.safeParse(of).success).toBe(false);
  });

  it("keeps what was typed as it was typed", async () => {
    const name = '<b>甲&"乙"</b>\u0000\u202e\ud800\r\n\t😀';
    const operator = sampleInput.operator && { ...sampleInput.operator, name };
    const { dossier } = await render({ ...sampleInput, operator });
    expect(dossier.processor.name).toBe(name);
  });

  it("holds everything, however much there is", async () => {
    const zones = Array.from({ length: 10_000 }, (_, at) => {
      return { ...(sampleInput.zones[0] as DossierInput["zones"][number]), zoneId: `zone-${at}` };
    });
    const { dossier } = await render({ ...sampleInput, zones });
    expect(dossier.scenarios).toHaveLength(10_000);
  });

  it("is the same for the same records in another order", async () => {
    const [there, here] = await Promise.all([
      renderDossier(buildDossier(sampleInput), "json"),
      renderDossier(buildDossier(shuffled(sampleInput)), "json"),
    ]);
    expect(here.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
      there.map(({ bytes }) => Buffer.from(bytes).toString()),
    );
  });

  it("leaves out what is not in use, and authorisations that lead nowhere", () => {
    const [zone, other] = sampleInput.zones;
    if (zone === undefined || other === undefined) throw new Error("the sample has two zones");
    const closed = { ...other, state: "CLOSED" } as const;
    const dossier = buildDossier({ ...sampleInput, zones: [zone, closed] });
    expect(dossier.scenarios.map(({ zoneId }) => zoneId)).toEqual(["plaza"]);
    expect(dossier.security.authorisations.map(({ zoneId }) => zoneId)).toEqual(["plaza"]);
    expect(dossier.assessments[0]?.zoneIds).toEqual(["plaza"]);
  });

  it("throws for an instant that is no date", () => {
    expect(() => buildDossier({ ...sampleInput, atMs: Number.NaN })).toThrow(RangeError);
  });
});

const emptyGap = {
  code: "REGION",
  subject: "",
  more: 0,
  what: "",
  remedy: "",
};
