import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { enrolEmbedding, lawfulQuery, makeLawful, photograph, runToItsEnd } from "./harness.js";
import { placePerTest } from "./own-server.js";

/** A direction that is surely nobody's, different for each seed. */
function vector(seed: number): number[] {
  const values = Array.from({ length: 160 }, (_, n) => Math.sin((n + 1) * (seed + 1) * 12.9898));
  const norm = Math.hypot(...values);
  return values.map((value) => Math.fround(value / norm));
}

describe("the life of a server", () => {
  const place = placePerTest();
  const { start } = place;

  for (const driver of ["exact", "hnsw"]) {
    it(`keeps what it acknowledged through kill -9, with the ${driver} driver`, async () => {
      const env = { CORDON_INDEX_DRIVER: driver };
      const first = await start(env);
      await makeLawful(first.client);
      const { modelPack } = await first.client.server.getServerInfo({});
      const name = modelPack?.name ?? "";
      const kept = await enrolEmbedding(first.client, vector(1), name, "kept");
      const erased = await enrolEmbedding(first.client, vector(2), name, "erased");
      await first.client.enrolment.erasePerson({ personId: erased });
      await first.stop("SIGKILL");

      const second = await start(env);
      const query = (seed: number) =>
        second.client.identification.identify({
          ...lawfulQuery,
          embedding: { modelPack: name, values: vector(seed) },
        });
      expect((await query(1)).faces[0]).toMatchObject({
        decision: "DECISION_MATCH",
        personId: kept,
      });
      expect((await query(2)).faces[0]).toMatchObject({ decision: "DECISION_NO_MATCH" });
      const { persons } = await second.client.enrolment.listPersons({});
      expect(persons.map(({ externalReference }) => externalReference)).toEqual(["kept"]);
      expect(await second.stop()).toBe(0);
    });
  }

  it("writes no vector, name or picture in the clear", async () => {
    const server = await start();
    await makeLawful(server.client);
    const info = await server.client.server.getServerInfo({});
    const values = vector(3);
    const reference = "reference-in-the-clear-0815";
    await enrolEmbedding(server.client, values, info.modelPack?.name ?? "", reference);
    await server.client.identification.identify({
      ...lawfulQuery,
      image: photograph("sample1.jpg"),
    });
    const floats = Buffer.from(Float32Array.from(values).buffer);
    const jpegBody = photograph("sample1.jpg").subarray(5000, 5064);
    const needles = [
      floats.subarray(0, 32),
      Buffer.from(floats).swap32().subarray(0, 32),
      Buffer.from(reference),
      jpegBody,
    ];
    const search = (stage: string) => {
      for (const file of readdirSync(place.dataDir, { recursive: true, withFileTypes: true })) {
        if (!file.isFile()) continue;
        const bytes = readFileSync(join(file.parentPath, file.name));
        for (const needle of needles) {
          expect(bytes.includes(needle), `${file.name} ${stage}`).toBe(false);
        }
      }
    };
    search("while it runs");
    for (const needle of needles) expect(server.output().includes(needle.toString())).toBe(false);
    await server.stop();
    search("after it stopped");
  });

  it("finishes the calls under way on SIGTERM, refuses new ones, and ends with 0", async () => {
    // A busy machine may take longer than the ten seconds that a drain has by default.
    const server = await start({ CORDON_DRAIN_MS_MAX: "60000" });
    await makeLawful(server.client);
    const calls = Array.from({ length: 8 }, () =>
      server.client.identification.identify(
        { ...lawfulQuery, image: photograph("sample5.jpg") },
        { timeoutMs: 60_000 },
      ),
    );
    await calls[0];
    server.child.kill("SIGTERM");
    const settled = await Promise.allSettled(calls);
    expect(settled.map(({ status }) => status)).toEqual(calls.map(() => "fulfilled"));
    server.client.close();
    expect(await server.exitCode).toBe(0);
  });

  it("lets only one server into a data folder", async () => {
    await start();
    const second = await runToItsEnd(place.dataDir, {});
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(place.dataDir);
  });

  it("does not start over stored persons without their key", async () => {
    const server = await start();
    await makeLawful(server.client);
    const info = await server.client.server.getServerInfo({});
    await enrolEmbedding(server.client, vector(4), info.modelPack?.name ?? "");
    await server.stop();
    rmSync(join(place.dataDir, "key.json"));
    const { code, stderr } = await runToItsEnd(place.dataDir, {});
    expect(code).toBe(1);
    expect(stderr).toMatch(/key/i);
  });

  it("names every configuration problem at once", async () => {
    const { code, stderr } = await runToItsEnd(place.dataDir, {
      CORDON_HOST: "0.0.0.0",
      CORDON_FPIR_TARGET: "soon",
      CORDON_VISON_WORKERS: "2",
    });
    expect(code).toBe(1);
    expect(stderr).toContain("fpir_target");
    expect(stderr).toContain("CORDON_VISON_WORKERS");
  });

  it("does not start with a model pack or a provider that is not there", async () => {
    const pack = await runToItsEnd(place.dataDir, { CORDON_MODEL_PACK: "no-such-pack" });
    expect(pack.code).toBe(1);
    expect(pack.stderr).toContain("faceplugin-160");
    const provider = await runToItsEnd(place.dataDir, { CORDON_EXECUTION_PROVIDER: "cuda" });
    expect(provider.code).toBe(1);
    expect(provider.stderr).toMatch(/cuda/);
  });

  it("knows callers by their tokens when it has a token file", async () => {
    const file = join(place.dataDir, "..", `${place.dataDir.split("/").pop()}-tokens.yaml`);
    const { createHash } = await import("node:crypto");
    const digest = createHash("sha256").update("secret-token").digest("hex");
    writeFileSync(
      file,
      `callers:\n  - name: gate\n    role: camera\n    camera_id: gate-1\n    token_sha256: ${digest}\n`,
      { mode: 0o600 },
    );
    try {
      const server = await start({ CORDON_TOKEN_FILE: file });
      await expect(server.client.server.getServerInfo({})).rejects.toMatchObject({
        status: "UNAUTHENTICATED",
        reason: "CREDENTIALS_MISSING",
      });
      const { createClient } = await import("../../src/transport/client/client.js");
      const camera = createClient({ address: server.grpcAddress, token: "secret-token" });
      await expect(
        camera.identification.identify({ ...lawfulQuery, image: Buffer.from("x") }),
      ).rejects.toMatchObject({ reason: "ZONE_NOT_REGISTERED" });
      await expect(
        camera.identification.identify({ ...lawfulQuery, cameraId: "other" }),
      ).rejects.toMatchObject({ status: "PERMISSION_DENIED", reason: "CAMERA_NOT_CALLERS" });
      await expect(camera.zone.suspendZone({ zoneId: "plaza" })).rejects.toMatchObject({
        status: "PERMISSION_DENIED",
        reason: "ROLE_NOT_ALLOWED",
      });
      camera.close();
    } finally {
      rmSync(file);
    }
  });

  it("serves the standard health service", async () => {
    const server = await start();
    const client = new Client(server.grpcAddress, credentials.createInsecure());
    const answer = await new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(
        "/grpc.health.v1.Health/Check",
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        Buffer.alloc(0),
        (error, bytes) => (error ? reject(error) : resolve(bytes ?? Buffer.alloc(0))),
      );
    });
    // Field 1, SERVING (1).
    expect([...answer]).toEqual([8, 1]);
    client.close();
  });
});
