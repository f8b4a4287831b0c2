import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  lawfulBasis,
  lawfulQuery,
  makeDataDir,
  makeLawful,
  photograph,
  recordSign,
  removeDataDir,
  type ServerProcess,
  startServerProcess,
  timestamp,
  YEAR_MS,
} from "./harness.js";
import { cropFace } from "./pictures.js";

describe("a real server, real photographs", () => {
  const dataDir = makeDataDir();
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess(dataDir);
    await makeLawful(server.client);
  });
  afterAll(async () => {
    await server.stop();
    removeDataDir(dataDir);
  });

  const identify = (name: string, more = {}) =>
    server.client.identification.identify({ ...lawfulQuery, image: photograph(name), ...more });

  it("finds 3, 3, 3, 4, 5 and 4 faces in the six photographs", async () => {
    const counts: number[] = [];
    for (const number of [1, 2, 3, 4, 5, 6]) {
      counts.push((await identify(`sample${number}.jpg`)).faces.length);
    }
    expect(counts).toEqual([3, 3, 3, 4, 5, 4]);
  });

  it("matches the one woman of sample1 who was enrolled from sample3, and nobody else", async () => {
    const seen = await identify("sample3.jpg");
    const enrolled: string[] = [];
    for (const [position, face] of seen.faces.entries()) {
      const image = await cropFace(photograph("sample3.jpg"), face.box);
      const { personId } = await server.client.enrolment.enrolPerson({
        galleryIds: ["watch"],
        displayName: `Person ${position}`,
        externalReference: `ref-${position}`,
        lawfulBasis,
        retentionDeadline: timestamp(Date.now() + YEAR_MS),
        sources: [{ faceChip: { image } }],
      });
      enrolled.push(personId);
    }

    const answer = await identify("sample1.jpg", { topK: 3 });

    expect(answer.faces.map(({ decision }) => decision)).toEqual([
      "DECISION_NO_MATCH",
      "DECISION_NO_MATCH",
      "DECISION_MATCH",
    ]);
    const woman = answer.faces[2];
    expect(woman?.personId).toBe(enrolled[1]);
    expect(woman?.candidates[0]).toMatchObject({ externalReference: "ref-1" });
    expect(woman?.candidates[0]?.score).toBeGreaterThan(0.7);
    expect(answer.galleryPersons).toBe(3);
    expect(answer.timings?.totalMs).toBeGreaterThan(0);
  });

  it("never takes a caller's threshold below policy's, and takes a stricter one", async () => {
    const usual = await identify("sample1.jpg");
    const loose = await identify("sample1.jpg", { threshold: -1 });
    expect(loose.threshold).toBe(usual.threshold);
    expect(loose.faces.map(({ decision }) => decision)).toEqual(
      usual.faces.map(({ decision }) => decision),
    );
    const strict = await identify("sample1.jpg", { threshold: 0.99 });
    expect(strict.threshold).toBeCloseTo(0.99, 5);
    expect(strict.faces.map(({ decision }) => decision)).not.toContain("DECISION_MATCH");
  });

  it("refuses the very next query when the sign is gone, and permits it when it is back", async () => {
    await server.client.signage.removeSign({ zoneId: "plaza", signId: "east-1" });
    await expect(identify("sample1.jpg")).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "SIGNAGE_MISSING",
      violations: [{ type: "SIGNAGE_MISSING", subject: "zone/plaza/entrance/east" }],
    });
    await recordSign(server.client);
    expect((await identify("sample1.jpg")).faces).toHaveLength(3);
  });

  it("lists every violation at once, each with its article", async () => {
    const query = { ...lawfulQuery, cameraId: "nobody", galleryId: "no-such" };
    await server.client.zone.suspendZone({ zoneId: "plaza" });
    const refused = server.client.identification.identify({
      ...query,
      image: photograph("sample1.jpg"),
    });
    await expect(refused).rejects.toMatchObject({ status: "FAILED_PRECONDITION" });
    const error = (await refused.catch((thrown: unknown) => thrown)) as {
      violations: { type: string; description: string }[];
    };
    expect(error.violations.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["ZONE_NOT_ACTIVE", "CAMERA_UNKNOWN", "GALLERY_NOT_AUTHORISED"]),
    );
    for (const { description } of error.violations) expect(description).toMatch(/Art\. \d+/);
    await server.client.zone.activateZone({ zoneId: "plaza" });
  });

  it("erases a person: not found by the very next query, nor by id", async () => {
    const before = await identify("sample1.jpg");
    const personId = before.faces[2]?.personId ?? "";
    await server.client.enrolment.erasePerson({ personId });
    const after = await identify("sample1.jpg");
    expect(after.faces.map(({ decision }) => decision)).not.toContain("DECISION_MATCH");
    await expect(server.client.enrolment.getPerson({ personId })).rejects.toMatchObject({
      status: "NOT_FOUND",
    });
  });

  it("exports metrics that say which provider runs and that the event loop is free", async () => {
    const text = await (await fetch(`http://${server.httpAddress}/metrics`)).text();
    expect(text).toMatch(/cordon_info\{.*execution_provider="cpu".*\} 1/);
    expect(text).toMatch(/cordon_event_loop_delay_seconds\{quantile="1"\}/);
    expect(text).toMatch(/cordon_decisions_total\{decision="MATCH"\} [1-9]/);
  });

  it("answers /livez and /readyz, and nothing else", async () => {
    const get = async (path: string) => (await fetch(`http://${server.httpAddress}${path}`)).status;
    expect([await get("/livez"), await get("/readyz"), await get("/etc/passwd")]).toEqual([
      200, 200, 404,
    ]);
  });

  it("tells what runs", async () => {
    const info = await server.client.server.getServerInfo({});
    expect(info).toMatchObject({ executionProvider: "cpu", zoneCount: 1, galleryCount: 1 });
    expect(info.modelPack).toMatchObject({ dimension: 160, chipSizePx: 112 });
  });
});
