import type { Kysely } from "kysely";
import { fromBody, toBody } from "./body.js";
import type { Database, Tables } from "./database.js";
import { pageOf, startOfPage } from "./page.js";
import type { Camera } from "./records.js";
import { requireRow } from "./references.js";
import { cameraSchema } from "./schemas.js";
import type { Store } from "./store.js";

type CameraStore = Pick<Store, "putCamera" | "getCamera" | "listCameras" | "deleteCamera">;

export function cameraTable({ db, writer }: Tables): CameraStore {
  return {
    async putCamera(camera) {
      const body = toBody("camera", cameraSchema, camera);
      return writer.run((one) => putCamera(one, camera, body));
    },

    async getCamera(cameraId) {
      const row = await db
        .selectFrom("cameras")
        .selectAll()
        .where("camera_id", "=", cameraId)
        .executeTakeFirst();
      return row === undefined ? null : readCamera(row);
    },

    async listCameras(zoneId, page) {
      const listing = `cameras/${zoneId ?? ""}`;
      const { after, limit } = startOfPage(listing, 1, page);
      let query = db.selectFrom("cameras").selectAll().orderBy("camera_id").limit(limit);
      if (zoneId !== null) query = query.where("zone_id", "=", zoneId);
      if (after?.[0] !== undefined) query = query.where("camera_id", ">", after[0]);
      const rows = await query.execute();
      return pageOf(listing, page, rows.map(readCamera), (camera) => [camera.cameraId]);
    },

    async deleteCamera(cameraId) {
      const result = await writer.run((one) =>
        one.deleteFrom("cameras").where("camera_id", "=", cameraId).executeTakeFirst(),
      );
      return result.numDeletedRows === 1n;
    },
  };
}

async function putCamera(
  db: Kysely<Database>,
  { cameraId, zoneId, deviceIdentity }: Camera,
  body: string,
): Promise<string | null> {
  await requireRow(db, "zone", zoneId);
  const device = deviceIdentity === "" ? null : deviceIdentity;
  if (device !== null) {
    const other = await db
      .selectFrom("cameras")
      .select("camera_id")
      .where("device_identity", "=", device)
      .where("camera_id", "!=", cameraId)
      .executeTakeFirst();
    if (other !== undefined) return other.camera_id;
  }
  const changes = { zone_id: zoneId, body, device_identity: device };
  await db
    .insertInto("cameras")
    .values({ camera_id: cameraId, ...changes })
    .onConflict((conflict) => conflict.column("camera_id").doUpdateSet(changes))
    .execute();
  return null;
}

function readCamera(row: { camera_id: string; zone_id: string; body: string }): Camera {
  return fromBody(
    "camera",
    cameraSchema,
    row.body,
    (camera) => camera.cameraId === row.camera_id && camera.zoneId === row.zone_id,
  );
}
