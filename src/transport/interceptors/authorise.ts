import {
  denialError,
  authorise as judge,
  authoriseAct as judgeAct,
} from "../../access/authorise.js";
import { type Interceptor, tap } from "../call.js";

/**
 * Lets a call through when its caller may do what its method does, for the camera it names. Each
 * message of a bidirectional stream names a camera of its own, and is judged when it comes in. Where
 * messages hold several queries, only the act is judged here, and each query by the handler.
 */
export const authorise: Interceptor = async (call, next) => {
  const { caller, method, stream } = call;
  if (caller === null) throw new Error("authorise stands below authenticate");
  const check = (request: unknown) => {
    const denial = judge(caller, method.act, cameraIdOf(request));
    if (denial !== null) throw denialError(denial);
  };
  const isBidi = stream !== null && method.kind === "bidi";
  if (!isBidi && !method.judgesCameras) {
    check(call.request);
    return next(call);
  }
  const denial = judgeAct(caller, method.act);
  if (denial !== null) throw denialError(denial);
  if (!isBidi || method.judgesCameras) return next(call);
  return next({ ...call, stream: tap(stream, { received: check }) });
};

function cameraIdOf(request: unknown): string | undefined {
  if (typeof request !== "object" || request === null || !("cameraId" in request)) return undefined;
  return typeof request.cameraId === "string" ? request.cameraId : undefined;
}
