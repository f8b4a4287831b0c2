/**
 * Imported for its effect, before anything loads onnxruntime-node: since 1.29 its Linux and macOS
 * builds report every session (model names and hashes, the machine, a device id kept in the user's
 * cache folder) to their maker unless this variable is set when the library is initialised
 * (https://github.com/microsoft/onnxruntime/pull/27379). Nothing leaves a Cordon server.
 *
 * A worker's `process.env` is a copy that native code does not see, so this must be evaluated in
 * the main thread too: the pool imports it before it starts a worker.
 */
process.env["ORT_DISABLE_TELEMETRY"] = "1";
