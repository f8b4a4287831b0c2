import { type Authenticate, authenticationError } from "../../access/authenticate.js";
import type { Interceptor } from "../call.js";

/** Says who asks, by the `authorization` header and the peer's address, or ends the call. */
export function authenticate(identifyCaller: Authenticate): Interceptor {
  return async (call, next) => {
    const { address } = call;
    const found = identifyCaller({ authorization: call.header("authorization"), address });
    if (!found.ok) throw authenticationError(found);
    return next({ ...call, caller: found.caller });
  };
}
