import { denialError, authorise as judge } from "../../access/authorise.js";
import type { Call, Interceptor } from "../call.js";

/** Lets a call through when its caller may do what its method does, for the camera it names. */
export const authorise: Interceptor = async (call, next) => {
  if (call.caller === null) throw new Error("authorise stands below authenticate");
  const denial = judge(call.caller, call.method.act, cameraIdOf(call));
  if (denial !== null) throw denialError(denial);
  return next(call);
};

function cameraIdOf({ request }: Call): string | undefined {
  if (typeof request !== "object" || request === null || !("cameraId" in request)) return undefined;
  return typeof request.cameraId === "string" ? request.cameraId : undefined;
}
