import type { Engine } from "../../usecases/engine.js";
import { keyStatus } from "../../usecases/keys.js";
import type { Unary } from "../context.js";
import type { GetKeyStatusRequest__Output } from "../generated/cordon/v1/GetKeyStatusRequest.js";
import type { GetKeyStatusResponse } from "../generated/cordon/v1/GetKeyStatusResponse.js";

export function getKeyStatusRpc(
  engine: Engine,
): Unary<GetKeyStatusRequest__Output, GetKeyStatusResponse> {
  return async () => {
    const { provider, keyVersion, versions } = await keyStatus(engine);
    return { provider, keyVersion, versions: [...versions] };
  };
}
