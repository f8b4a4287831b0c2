import type { Caller } from "../access/access.js";
import { notFound } from "../base/errors.js";
import { type RawCamera, validateCamera } from "../compliance/validate-camera.js";
import type { Camera } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import { actorOf, type Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/** Registers a camera to a zone, or replaces the one with its id; in force on the next query. */
export function registerCamera(engine: Engine, raw: RawCamera, caller: Caller): Promise<Camera> {
  const camera = recordOf(validateCamera(raw));
  return engine.exclusive(async () => {
    if (engine.facts.zone(camera.zoneId) === undefined) throw notFound("zone", camera.zoneId);
    await engine.store.putCamera(camera);
    engine.facts.putCamera(camera);
    const { cameraId, zoneId } = camera;
    const details = { cameraId, zoneId, mobile: camera.position === null };
    await engine.audit.append({ act: "camera.register", actor: actorOf(caller), details });
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
    if (!(await engine.store.deleteCamera(cameraId))) throw notFound("camera", cameraId);
    engine.facts.deleteCamera(cameraId);
    const details = { cameraId };
    await engine.audit.append({ act: "camera.remove", actor: actorOf(caller), details });
  });
}
