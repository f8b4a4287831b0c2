import { describe, expect, it } from "vitest";
import { notFound } from "../../src/base/errors.js";
import { cordonWith } from "./harness.js";

const found = {
  ...{ cameraId: "gate-east", zoneId: "plaza", displayName: "East gate", mobile: false },
  position: { latitude: 31.2304, longitude: 121.47365, datum: "DATUM_WGS84" },
  deviceIdentity: "SN-42",
};
const place = ["--position", "31.2304,121.47365"];
const whole = [...place, "--name", "East gate", "--device-identity", "SN-42"];

/** Registers gate-east at a server that has it as `before`, and tells what was sent there. */
async function register(args: readonly string[], before: object | null = found, items?: object[]) {
  const sent: unknown[] = [];
  const handlers = {
    GetCamera: () => {
      if (before === null) throw notFound("camera", "gate-east");
      return { camera: before };
    },
    RegisterCamera: (request: { camera: object }) => {
      sent.push(request.camera);
      return request;
    },
    ...(items === undefined ? {} : { CheckZone: () => ({ items }) }),
  };
  const run = await cordonWith(handlers, ["camera", "register", "gate-east", ...args]);
  return { ...run, sent };
}

describe("cordon camera register", () => {
  it("registers a new camera", async () => {
    const { code, out, sent } = await register(["--zone", "plaza", ...place], null);
    expect({ code, out }).toEqual({ code: 0, out: "camera gate-east is registered to plaza\n" });
    expect(sent).toMatchObject([{ displayName: "gate-east" }]);
  });

  it("says what changes of one that there is", async () => {
    const moved = whole.with(1, "31.2305,121.47365");
    const { code, out } = await register(["--zone", "plaza", ...moved]);
    expect(code).toBe(0);
    expect(out).toBe(
      "camera gate-east of zone plaza is updated\n" +
        "  position: 31.2304,121.47365 -> 31.2305,121.47365\n",
    );
    expect((await register(["--zone", "plaza", ...whole])).out).toMatch(/plaza as it was/);
  });

  it("loses nothing on record unless it is told to", async () => {
    const refused = await register(["--zone", "plaza", ...place]);
    expect(refused).toMatchObject({ code: 1, sent: [] });
    expect(refused.err).toContain("display name: East gate -> gate-east");
    expect(refused.err).toContain("device identity: SN-42 -> none");
    expect(refused.err).toContain("--replace");
    const replaced = await register(["--zone", "plaza", ...place, "--replace"]);
    expect(replaced).toMatchObject({ code: 0, sent: [{ deviceIdentity: "" }] });
    expect(replaced.out).toContain("device identity: SN-42 -> none");
  });

  it("never moves a camera to another zone", async () => {
    const { code, err, sent } = await register(["--zone", "harbour", ...whole, "--replace"]);
    expect({ code, sent }).toEqual({ code: 1, sent: [] });
    expect(err).toContain("is registered to zone plaza");
    expect(err).toContain("cordon camera remove gate-east");
  });

  it("warns when the gate will refuse the camera for its place", async () => {
    const outside = {
      ...{ reason: "CAMERA_OUTSIDE_GEOFENCE", subject: "camera/gate-east", satisfied: false },
      description: "The camera stands outside.",
    };
    const stale = { reason: "SIGNAGE_STALE", subject: "zone/plaza/sign/a", satisfied: false };
    const { code, err } = await register(["--zone", "plaza", ...whole], null, [outside, stale]);
    expect(code).toBe(0);
    expect(err).toBe(
      "warning: The camera stands outside. The gate will refuse it. [CAMERA_OUTSIDE_GEOFENCE]\n",
    );
  });
});
