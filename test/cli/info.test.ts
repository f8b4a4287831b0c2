import { describe, expect, it } from "vitest";
import { cordonWith } from "./harness.js";

const index = {
  driver: "auto",
  kernels: ["simd"],
  workers: 4,
  methods: [
    { method: "exact", galleries: 2, templates: 900, bytes: 3 * 1024 * 1024 },
    { method: "hnsw", galleries: 1, templates: 70_000, bytes: 1, replayed: 2_000, agreed: 1_990 },
  ],
  galleries: [
    {
      galleryId: "staff",
      persons: 40,
      templates: 70_000,
      methods: ["exact", "hnsw"],
      reasons: ["exact: small", "hnsw: 410 us a search"],
      replayed: 10,
      agreed: 9,
    },
  ],
};

async function info(args: readonly string[], answer: object = { index }) {
  let asked: unknown;
  const handler = (request: object) => {
    asked = request;
    return answer;
  };
  const run = await cordonWith({ GetServerInfo: handler }, ["info", ...args]);
  return { ...run, asked };
}

describe("cordon info", () => {
  it("says how many threads search with what, and how well", async () => {
    const { out, asked } = await info([]);
    expect(asked).toMatchObject({ galleries: 0 });
    expect(out).toMatch(/index +4 threads, kernel simd/);
    expect(out).toMatch(/searched exact +900 templates, 3 MiB$/m);
    expect(out).toMatch(/searched hnsw +70000 templates, 1 MiB, recall@1 0.9950 of 2000 replayed/);
  });

  it("lists the largest galleries with how each is searched and why", async () => {
    const { out, asked, code } = await info(["--galleries"]);
    expect(asked).toMatchObject({ galleries: 100 });
    expect(code).toBe(0);
    expect(out).toMatch(
      /staff +40 +70000 +exact and hnsw +exact: small; hnsw: 410 us a search, re/,
    );
    const { out: json } = await info(["--galleries", "--json"]);
    expect(JSON.parse(json)).toMatchObject({ galleries: [{ galleryId: "staff" }] });
  });

  it("understands an older server that tells nothing of its index", async () => {
    const { out, code } = await info([], { version: "0.1.0" });
    expect(code).toBe(0);
    expect(out).toMatch(/index +0 threads, kernel unknown/);
    expect((await info(["--galleries"], {})).code).toBe(0);
  });
});
