import type { Tables } from "./database.js";
import { pageOf, startOfPage } from "./page.js";
import type { Camera } from "./records.js";
import { requireRow } from "./references.js";
import { cameraSchema, fromBody, toBody } from "./schemas.js";
import type { Store } from "./store.js";

type CameraStore = Pick<Store, "putCamera" | "getCamera" | "listCameras" | "deleteCamera">;

export function cameraTable({ db, writer }: Tables): CameraStore {
  return {
    async putCamera(camera) {
      const place = { zone_id: camera.zoneId, body: toBody("camera", cameraSchema, camera) };
      await writer.run(async (one) => {
        await requireRow(one, "zone", camera.zoneId);
        await one
          .insertInto("cameras")
          .values({ camera_id: camera.cameraId, ...place })
          .onConflict((conflict) => conflict.column("camera_id").doUpdateSet(place))
          .execute();
      });
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

function readCamera(row: { camera_id: string; zone_id: string; body: string }): Camera {
  return fromBody(
    "camera",
    cameraSchema,
    row.body,
    (camera) => camera.cameraId === row.camera_id && camera.zoneId === row.zone_id,
  );
}
