import type { Caller } from "../access/access.js";
import { invalidField, notFound } from "../base/errors.js";
import { type RawCamera, validateCamera } from "../compliance/validate-camera.js";
import type { Camera } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import { beginChange } from "./begin-change.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/**
 * Registers a camera to a zone, or replaces the one with its id there; in force on the next query.
 * A camera is in one zone, and a device is one camera.
 */
export function registerCamera(engine: Engine, raw: RawCamera, caller: Caller): Promise<Camera> {
  const camera = recordOf(validateCamera(raw));
  return engine.exclusive(async () => {
    const { cameraId, zoneId, deviceIdentity } = camera;
    if (engine.facts.zone(zoneId) === undefined) throw notFound("zone", zoneId);
    const before = await engine.store.getCamera(cameraId);
    if (before !== null && before.zoneId !== zoneId) {
      const why = `is not zone "${before.zoneId}", where this camera is registered`;
      throw invalidField("camera.zone_id", `${why}: remove it there first`);
    }
    const mobile = camera.position === null;
    const details = { cameraId, zoneId, mobile, deviceIdentity };
    const change = beginChange(engine, caller, "camera.register", details);
    const other = await change.store.putCamera(camera);
    if (other !== null) {
      throw invalidField("camera.device_identity", `is that of camera "${other}"`);
    }
    engine.facts.putCamera(camera);
    await change.record();
    return camera;
  });
}

export async function getCamera(engine: Engine, cameraId: string): Promise<Camera> {
  const camera = await engine.store.getCamera(cameraId);
  if (camera === null) throw notFound("camera", cameraId);
  return camera;
}

export function listCameras(
  engine: Engine,
  zoneId: string | null,
  page: PageRequest,
): Promise<Page<Camera>> {
  return engine.store.listCameras(zoneId, page);
}

export function removeCamera(engine: Engine, cameraId: string, caller: Caller): Promise<void> {
  return engine.exclusive(async () => {
    const change = beginChange(engine, caller, "camera.remove", { cameraId });
    if (!(await change.store.deleteCamera(cameraId))) throw notFound("camera", cameraId);
    engine.facts.deleteCamera(cameraId);
    await change.record();
  });
}
