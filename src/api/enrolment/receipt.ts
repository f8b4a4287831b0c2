import type { Receipt } from "../../usecases/erasures.js";
import type { ErasureReceipt } from "../generated/cordon/v1/ErasureReceipt.js";

export function fromReceipt({ payload, signature, publicKey }: Receipt): ErasureReceipt {
  return { payload, signature: Buffer.from(signature), publicKey: Buffer.from(publicKey) };
}
