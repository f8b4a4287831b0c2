import type { Caller } from "../../access/access.js";
import type { Interceptor } from "../call.js";

/** Says who asks: by the bearer token of the `authorization` header, and the peer's address. */
export function authenticate(
  identifyCaller: (credentials: {
    readonly token: string | null;
    readonly address: string;
  }) => Caller,
): Interceptor {
  return (call, next) => {
    const token = bearerToken(call.header("authorization"));
    return next({ ...call, caller: identifyCaller({ token, address: call.address }) });
  };
}

function bearerToken(header: string | undefined): string | null {
  if (header === undefined) return null;
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? "";
}
