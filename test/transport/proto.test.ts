import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { loadServices, protoFolder } from "../../src/transport/proto.js";

describe("loadServices()", () => {
  it("finds every service and its methods", () => {
    const services = loadServices();
    expect(services.identification.Identify.path).toBe("/cordon.v1.IdentificationService/Identify");
    expect(Object.keys(services.zone)).toContain("SuspendZone");
    expect(Object.keys(services.signage)).toContain("RecordSign");
    expect(Object.keys(services.camera)).toContain("RegisterCamera");
    expect(Object.keys(services.server)).toContain("GetServerInfo");
    expect(services.packageDefinition["cordon.v1.Reason"]).toBeDefined();
  });

  it("gives bytes as Buffer, enums as text and an absent optional as absent", () => {
    const { requestSerialize, requestDeserialize } = loadServices().identification.Identify;
    const request = { zoneId: "z", image: Buffer.from("jpeg"), topK: 3 };
    const back = requestDeserialize(requestSerialize(request));
    expect(back).toMatchObject({ zoneId: "z", purpose: "PURPOSE_UNSPECIFIED", probe: "image" });
    expect(Buffer.isBuffer(back.image)).toBe(true);
    expect(back._threshold).toBeUndefined();
  });
});

describe("protoFolder()", () => {
  it("is found from src/ and from dist/src/", () => {
    const here = protoFolder();
    expect(existsSync(join(here, "cordon/v1/zone.proto"))).toBe(true);
    const compiled = pathToFileURL(join(here, "../dist/src/transport/proto.js")).href;
    expect(protoFolder(compiled)).toBe(here);
  });

  it("that is missing is an error that says where it looked", () => {
    expect(() => protoFolder("file:///nowhere/proto.js")).toThrow(/proto\/cordon\/v1/);
  });
});
