import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  lawfulBasis,
  lawfulQuery,
  makeDataDir,
  makeLawful,
  photograph,
  removeDataDir,
  type ServerProcess,
  startServerProcess,
  timestamp,
  YEAR_MS,
} from "./harness.js";
import { cropFace, crowd, hugePngHeader, plainPicture, zipBomb } from "./pictures.js";

describe("bad input gets a clear answer, and the server goes on", () => {
  const dataDir = makeDataDir();
  let server: ServerProcess;
  let dimension = 0;
  let modelPack = "";

  beforeAll(async () => {
    server = await startServerProcess(dataDir);
    await makeLawful(server.client);
    const info = await server.client.server.getServerInfo({});
    dimension = info.modelPack?.dimension ?? 0;
    modelPack = info.modelPack?.name ?? "";
  });
  afterEach(async () => {
    const answer = await server.client.identification.identify({
      ...lawfulQuery,
      image: photograph("sample1.jpg"),
    });
    expect(answer.faces).toHaveLength(3);
  });
  afterAll(async () => {
    await server.stop();
    removeDataDir(dataDir);
  });

  const identify = (probe: object, more: object = {}) =>
    server.client.identification.identify({ ...lawfulQuery, ...probe, ...more });
  const enrol = (sources: object[], more: object = {}) =>
    server.client.enrolment.enrolPerson({
      galleryIds: ["watch"],
      lawfulBasis,
      retentionDeadline: timestamp(Date.now() + YEAR_MS),
      sources,
      ...more,
    });
  const invalid = (reason: string) => ({ status: "INVALID_ARGUMENT", reason });

  it("an empty image", async () => {
    await expect(identify({ image: Buffer.alloc(0) })).rejects.toMatchObject(
      invalid("IMAGE_EMPTY"),
    );
  });

  it("no probe at all", async () => {
    await expect(identify({})).rejects.toMatchObject(invalid("FIELD_INVALID"));
  });

  it("a truncated image", async () => {
    const image = photograph("sample1.jpg").subarray(0, 20_000);
    await expect(identify({ image })).rejects.toMatchObject(invalid("IMAGE_UNREADABLE"));
  });

  it("bytes that are no image", async () => {
    const image = Buffer.from("this is the text of a letter and not a picture".repeat(100));
    await expect(identify({ image })).rejects.toMatchObject({ status: "INVALID_ARGUMENT" });
  });

  it("an SVG, which could read files", async () => {
    const image = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>');
    await expect(identify({ image })).rejects.toMatchObject({ status: "INVALID_ARGUMENT" });
  });

  it("one pixel", async () => {
    const image = await plainPicture(1, 1);
    await expect(identify({ image })).rejects.toMatchObject(invalid("IMAGE_TOO_SMALL"));
  });

  it("30,000 x 30,000 pixels", async () => {
    await expect(identify({ image: hugePngHeader() })).rejects.toMatchObject(
      invalid("IMAGE_TOO_MANY_PIXELS"),
    );
  });

  it("an image that would unpack to 1.2 GB", async () => {
    const image = await zipBomb();
    await expect(identify({ image })).rejects.toMatchObject(invalid("IMAGE_TOO_MANY_PIXELS"));
  });

  it("an image above the limit of bytes", async () => {
    const image = Buffer.concat([photograph("sample1.jpg"), Buffer.alloc(17 << 20)]);
    await expect(identify({ image })).rejects.toMatchObject(invalid("IMAGE_TOO_LARGE"));
  });

  it("a message of 100 MB", async () => {
    await expect(identify({ image: Buffer.alloc(100 << 20) })).rejects.toMatchObject({
      status: "RESOURCE_EXHAUSTED",
    });
  });

  it("a picture without a face: no faces, and no error", async () => {
    expect((await identify({ image: await plainPicture(640, 480) })).faces).toEqual([]);
  });

  it("100 faces: each is answered", async () => {
    const seen = await identify({ image: photograph("sample1.jpg") });
    const face = await cropFace(photograph("sample1.jpg"), seen.faces[2]?.box ?? null);
    const answer = await identify({ image: await crowd(face, 10, 10) });
    expect(answer.faces).toHaveLength(100);
  });

  it("an embedding of the wrong length, of another pack, with NaN, of zeros", async () => {
    const values = Array.from({ length: dimension }, () => 0.1);
    const embedding = (changed: object) => ({ embedding: { modelPack, values, ...changed } });
    await expect(identify(embedding({ values: values.slice(1) }))).rejects.toMatchObject(
      invalid("EMBEDDING_DIMENSION_WRONG"),
    );
    await expect(identify(embedding({ values: [] }))).rejects.toMatchObject(
      invalid("EMBEDDING_DIMENSION_WRONG"),
    );
    await expect(identify(embedding({ modelPack: "another" }))).rejects.toMatchObject(
      invalid("MODEL_PACK_MISMATCH"),
    );
    await expect(
      identify(embedding({ values: [Number.NaN, ...values.slice(1)] })),
    ).rejects.toMatchObject(invalid("EMBEDDING_NOT_FINITE"));
    await expect(identify(embedding({ values: values.map(() => 0) }))).rejects.toMatchObject(
      invalid("EMBEDDING_NOT_FINITE"),
    );
    await expect(
      identify(embedding({ values: values.map(() => Number.POSITIVE_INFINITY) })),
    ).rejects.toMatchObject(invalid("EMBEDDING_NOT_FINITE"));
  });

  it("an unknown zone", async () => {
    const refused = identify({ image: photograph("sample1.jpg") }, { zoneId: "nowhere" });
    await expect(refused).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "ZONE_NOT_REGISTERED",
    });
  });

  it("absurd coordinates, top_k and thresholds", async () => {
    const image = photograph("sample1.jpg");
    const fixTime = timestamp(Date.now());
    for (const position of [
      { latitude: 91, longitude: 0 },
      { latitude: 0, longitude: -999 },
      { latitude: Number.NaN, longitude: 0 },
      { latitude: Number.POSITIVE_INFINITY, longitude: 0 },
    ]) {
      const cameraFix = { position, accuracyM: 5, fixTime };
      await expect(identify({ image }, { cameraFix })).rejects.toMatchObject(
        invalid("FIELD_INVALID"),
      );
    }
    const position = { latitude: 39.905, longitude: 116.395 };
    for (const [cameraFix, field] of [
      [{ accuracyM: 5, fixTime }, "camera_fix.position"],
      [{ position, accuracyM: -1, fixTime }, "camera_fix.accuracy_m"],
      [{ position, accuracyM: Number.NaN, fixTime }, "camera_fix.accuracy_m"],
      [{ position, accuracyM: 10_001, fixTime }, "camera_fix.accuracy_m"],
      [{ position, accuracyM: 5 }, "camera_fix.fix_time"],
    ] as const) {
      await expect(identify({ image }, { cameraFix })).rejects.toMatchObject({
        ...invalid("FIELD_INVALID"),
        fields: [{ field }],
      });
    }
    await expect(identify({ image }, { topK: 101 })).rejects.toMatchObject(
      invalid("FIELD_INVALID"),
    );
    await expect(identify({ image }, { threshold: Number.NaN })).rejects.toMatchObject(
      invalid("FIELD_INVALID"),
    );
  });

  it("a chip that says it is aligned and has the wrong size", async () => {
    const image = await plainPicture(200, 200);
    await expect(identify({ faceChip: { image, aligned: true } })).rejects.toMatchObject(
      invalid("CHIP_SIZE_WRONG"),
    );
  });

  it("a deadline that has all but passed", async () => {
    const late = server.client.identification.identify(
      { ...lawfulQuery, image: photograph("sample1.jpg") },
      { timeoutMs: 1 },
    );
    await expect(late).rejects.toMatchObject({ status: "DEADLINE_EXCEEDED" });
  });

  it("a thousand bad calls at once", async () => {
    const calls = Array.from({ length: 1000 }, () => identify({ image: Buffer.from("x") }));
    const settled = await Promise.allSettled(calls);
    const statuses = new Set(
      settled.map((result) =>
        result.status === "rejected" ? (result.reason as { status: string }).status : "OK",
      ),
    );
    statuses.delete("INVALID_ARGUMENT");
    statuses.delete("RESOURCE_EXHAUSTED");
    expect([...statuses]).toEqual([]);
  });

  it("an enrolment with no face, several faces, or nothing", async () => {
    const none = await plainPicture(640, 480);
    await expect(enrol([{ image: none }])).rejects.toMatchObject({
      ...invalid("FACE_NOT_FOUND"),
      fields: [{ field: "sources[0]" }],
    });
    await expect(enrol([{ image: photograph("sample3.jpg") }])).rejects.toMatchObject(
      invalid("FACE_MULTIPLE"),
    );
    await expect(enrol([])).rejects.toMatchObject(invalid("FIELD_INVALID"));
    const info = await server.client.server.getServerInfo({});
    expect(info.personCount).toBe(0);
  });

  it("an enrolment of a blurred face", async () => {
    const seen = await identify({ image: photograph("sample1.jpg") });
    const sharp = (await import("sharp")).default;
    const face = await cropFace(photograph("sample1.jpg"), seen.faces[2]?.box ?? null);
    const image = await sharp(face).blur(5).toBuffer();
    await expect(enrol([{ faceChip: { image } }])).rejects.toMatchObject(
      invalid("FACE_QUALITY_POOR"),
    );
  });

  it("an enrolment of a face too small to keep", async () => {
    const seen = await identify({ image: photograph("sample1.jpg") });
    const sharp = (await import("sharp")).default;
    const face = await cropFace(photograph("sample1.jpg"), seen.faces[2]?.box ?? null);
    const image = await sharp(face).resize({ width: 64 }).png().toBuffer();
    const refused = enrol([{ faceChip: { image } }]);
    await expect(refused).rejects.toMatchObject(invalid("FACE_QUALITY_POOR"));
    await expect(refused).rejects.toThrow("TOO_SMALL");
  });

  it("an enrolment without basis and deadline: refused with both articles", async () => {
    const values = Array.from({ length: dimension }, (_, n) => Math.sin(n + 1));
    const refused = enrol([{ embedding: { modelPack, values } }], {
      lawfulBasis: null,
      retentionDeadline: null,
    });
    const error = await refused.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: "FAILED_PRECONDITION" });
    const { violations } = error as { violations: { type: string }[] };
    expect(violations.map(({ type }) => type).sort()).toEqual([
      "LAWFUL_BASIS_MISSING",
      "RETENTION_MISSING",
    ]);
  });

  it("records that make no sense", async () => {
    const { zone, gallery, camera, signage, server: self } = server.client;
    await expect(gallery.createGallery({ galleryId: "../x" })).rejects.toMatchObject(
      invalid("FIELD_INVALID"),
    );
    await expect(gallery.createGallery({ galleryId: "watch" })).rejects.toMatchObject({
      status: "ALREADY_EXISTS",
    });
    await expect(gallery.deleteGallery({ galleryId: "none" })).rejects.toMatchObject({
      status: "NOT_FOUND",
    });
    await expect(zone.createZone({ zoneId: "z", geofenceGeojson: "{" })).rejects.toMatchObject(
      invalid("FIELD_INVALID"),
    );
    await expect(zone.registerZone({ zoneId: "plaza" })).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "STATE_TRANSITION_INVALID",
    });
    await expect(zone.listZones({ pageToken: "!!" })).rejects.toMatchObject({
      status: "INVALID_ARGUMENT",
    });
    await expect(zone.listZones({ pageSize: 1001 })).rejects.toMatchObject(
      invalid("FIELD_INVALID"),
    );
    await expect(camera.registerCamera({})).rejects.toMatchObject(invalid("FIELD_INVALID"));
    await expect(signage.recordSign({})).rejects.toMatchObject(invalid("FIELD_INVALID"));
    await expect(self.setOperator({})).rejects.toMatchObject({
      ...invalid("FIELD_INVALID"),
      fields: [{ field: "operator.name" }, { field: "operator.contact" }],
    });
  });
});
