import { Metadata, type StatusObject } from "@grpc/grpc-js";
import type { CordonError } from "../base/errors.js";
import { encodeStatusDetails, STATUS_DETAILS_KEY, statusCodes } from "./status-details.js";

/** The gRPC status of an error, with the google.rpc details in the trailer. */
export function toStatusObject(error: CordonError): StatusObject {
  const metadata = new Metadata();
  metadata.set(STATUS_DETAILS_KEY, encodeStatusDetails(error));
  return { code: statusCodes[error.status], details: error.message, metadata };
}
