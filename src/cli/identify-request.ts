import type { Datum } from "../api/generated/cordon/v1/Datum.js";
import type { IdentifyRequest } from "../api/generated/cordon/v1/IdentifyRequest.js";
import type { Purpose } from "../api/generated/cordon/v1/Purpose.js";
import type { LatLng, timestamp } from "./parse.js";
import type { RemoteOptions } from "./remote.js";
import type { DatumWord } from "./words.js";

/** What `cordon identify` is told. */
export interface IdentifyOptions extends RemoteOptions {
  readonly zone: string;
  readonly camera: string;
  readonly gallery: string;
  readonly topK: number;
  readonly threshold?: number;
  readonly draw?: string;
  /** A folder, or `-`. */
  readonly stream?: string;
  readonly window: number;
  readonly chip?: boolean;
  readonly alignedChip?: boolean;
  readonly captureTime?: ReturnType<typeof timestamp>;
  readonly position?: LatLng;
  readonly datum?: DatumWord;
  readonly accuracy?: number;
  readonly fixTime?: ReturnType<typeof timestamp>;
  readonly purpose?: string;
}

/** One picture as a query. */
export function requestOf(image: Buffer, options: IdentifyOptions): IdentifyRequest {
  const { zone: zoneId, camera: cameraId, gallery: galleryId, topK, threshold } = options;
  const isChip = options.chip === true || options.alignedChip === true;
  return {
    zoneId,
    cameraId,
    galleryId,
    topK,
    ...(isChip ? { faceChip: { image, aligned: options.alignedChip === true } } : { image }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(options.captureTime === undefined ? {} : { captureTime: options.captureTime }),
    ...(options.purpose === undefined ? {} : { purpose: `PURPOSE_${options.purpose}` as Purpose }),
    ...fixOf(options),
  };
}

/** Taken now, unless a time is given. */
function fixOf({ position: at, datum = "WGS84", accuracy = 0, fixTime }: IdentifyOptions) {
  if (at === undefined) return {};
  const nowMs = Date.now();
  const now = { seconds: Math.floor(nowMs / 1000), nanos: (nowMs % 1000) * 1_000_000 };
  return {
    cameraFix: {
      position: { ...at, datum: `DATUM_${datum}` as Datum },
      accuracyM: accuracy,
      fixTime: fixTime ?? now,
    },
  };
}
