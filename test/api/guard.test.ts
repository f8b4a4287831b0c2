import { describe, expect, it } from "vitest";
import { guardRequest, ID_CHARACTERS_MAX, LIST_ITEMS_MAX } from "../../src/api/guard.js";

const fieldOf = (request: unknown): string => {
  try {
    guardRequest(request);
  } catch (thrown) {
    return (thrown as { fields: { field: string }[] }).fields[0]?.field ?? "no field";
  }
  return "nothing";
};

describe("guardRequest()", () => {
  it("lets an ordinary request through", () => {
    const request = {
      zoneId: "plaza",
      displayName: "广场 Plaza\nsecond line",
      image: Buffer.from([0, 1, 2]),
      embedding: { modelPack: "p", values: Array.from({ length: 10_000 }, () => 0.5) },
      entrances: [{ entranceId: "east", position: { latitude: 1, longitude: 2 } }],
      lawfulBasis: null,
    };
    expect(fieldOf(request)).toBe("nothing");
  });

  it("names the id that is longer than any id", () => {
    const id = "a".repeat(ID_CHARACTERS_MAX + 1);
    expect(fieldOf({ zoneId: id })).toBe("zone_id");
    expect(fieldOf({ galleryIds: ["watch", id] })).toBe("gallery_ids[1]");
    expect(fieldOf({ sign: { signId: id } })).toBe("sign.sign_id");
    expect(fieldOf({ zoneId: id.slice(1) })).toBe("nothing");
  });

  it.each(["\u0000", "\u001b[2J", "\u007f", "\r\u0008"])(
    "finds the control character %j",
    (text) => {
      expect(fieldOf({ a: { displayName: `x${text}y` } })).toBe("a.display_name");
    },
  );

  it("refuses a list that is longer than any, and a request that nests without end", () => {
    expect(fieldOf({ sources: Array.from({ length: LIST_ITEMS_MAX + 1 }, () => ({})) })).toBe(
      "sources",
    );
    let deep: object = {};
    for (let level = 0; level < 40; level += 1) deep = { inner: deep };
    expect(fieldOf(deep)).toMatch(/^inner/);
  });
});
