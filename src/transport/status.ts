import { Metadata, type StatusObject } from "@grpc/grpc-js";
import type { CordonError } from "../base/errors.js";
import { encodeStatusDetails, STATUS_DETAILS_KEY, statusCodes } from "./status-details.js";

/**
 * Most bytes of grpc-message on the wire, percent-encoded. With the details it must fit into the
 * 8 KiB of headers that many clients accept; a longer set breaks their whole connection.
 */
const MESSAGE_BYTES_MAX = 1000;

/** The gRPC status of an error, with the google.rpc details in the trailer. */
export function toStatusObject(error: CordonError): StatusObject {
  const metadata = new Metadata();
  metadata.set(STATUS_DETAILS_KEY, encodeStatusDetails(error));
  return { code: statusCodes[error.status], details: shortened(error.message), metadata };
}

function shortened(message: string): string {
  let kept = "";
  let bytes = 0;
  for (const character of message) {
    const size = Buffer.byteLength(character, "utf8");
    // Anything but a letter of ASCII travels as %XX for each of its bytes.
    bytes += size === 1 && character >= " " && character !== "%" ? 1 : size * 3;
    if (bytes > MESSAGE_BYTES_MAX) return `${kept}...`;
    kept += character;
  }
  return kept;
}
