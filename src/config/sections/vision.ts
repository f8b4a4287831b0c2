import { z } from "zod";
import { choice, integer, text } from "../knob.js";

const MEBIBYTE = 1024 * 1024;

/** Pictures to embeddings. */
export const vision = z
  .strictObject({
    models_dir: text("", {
      env: "CORDON_MODELS_DIR",
      unit: "folder",
      doc: "Folder of model packs. Empty: models/ beside the program.",
    }),
    model_pack: text("faceplugin-160", {
      env: "CORDON_MODEL_PACK",
      unit: "name",
      doc: "Model pack to run (docs/models.md).",
    }),
    execution_provider: choice(["cpu", "cuda", "tensorrt", "dml", "coreml", "webgpu"], "cpu", {
      env: "CORDON_EXECUTION_PROVIDER",
      unit: "name",
      doc: "ONNX Runtime execution provider. One that is not there stops the start.",
    }),
    workers: integer(0, 256, 0, {
      env: "CORDON_VISION_WORKERS",
      unit: "threads",
      doc: "Threads that decode, detect and embed. 0: one for each core.",
    }),
    queue_max: integer(1, 65_536, 256, {
      env: "CORDON_VISION_QUEUE_MAX",
      unit: "probes",
      doc: "Probes waiting for a vision thread; beyond, the camera with most of them gets QUEUE_FULL.",
    }),
    image_size_bytes_max: integer(1024, 256 * MEBIBYTE, 16 * MEBIBYTE, {
      env: "CORDON_IMAGE_SIZE_BYTES_MAX",
      unit: "bytes",
      doc: "Largest encoded image.",
    }),
    image_pixels_max: integer(10_000, 400_000_000, 50_000_000, {
      env: "CORDON_IMAGE_PIXELS_MAX",
      unit: "pixels",
      doc: "Largest image, width times height, judged by its header before it is decoded.",
    }),
    face_size_min_px: integer(12, 400, 32, {
      env: "CORDON_FACE_SIZE_MIN_PX",
      unit: "pixels",
      doc: "Smallest face looked for (box height in the frame). Half of it costs four times as much.",
    }),
    faces_per_frame_max: integer(1, 1024, 128, {
      env: "CORDON_FACES_PER_FRAME_MAX",
      unit: "faces",
      doc: "Faces embedded of one frame; the smallest beyond it are dropped and counted.",
    }),
  })
  .prefault({});
