import { type ClientStatus, CordonClientError } from "../transport/client/error.js";

/** What a stream says of one message that failed. */
interface Failure {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly violations: readonly {
    readonly reason: string;
    readonly subject: string;
    readonly description: string;
  }[];
  readonly fields: readonly { readonly field: string; readonly description: string }[];
  readonly retryAfterMs: number;
}

/** The error that the unary call would have thrown. */
export function failureOf(failure: Failure): CordonClientError {
  const { status, reason, message, fields, violations, retryAfterMs } = failure;
  return new CordonClientError({
    ...{ status: status as ClientStatus, reason, message, fields },
    violations: violations.map(({ reason: type, ...rest }) => ({ type, ...rest })),
    retryAfterMs: retryAfterMs > 0 ? retryAfterMs : undefined,
  });
}
