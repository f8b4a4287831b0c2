import { Metadata } from "@grpc/grpc-js";

/** What every call carries besides its messages. */
export function metadataOf(token: string | undefined): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}
