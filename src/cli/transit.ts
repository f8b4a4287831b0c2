import type { Config } from "../config/schema.js";
import type { TransitOptions } from "../vault/transit-options.js";

/** How to reach the transit engine, from the configuration. */
export function transitOptionsOf(vault: Config["vault"]): TransitOptions {
  return {
    address: vault.transit_address,
    mount: vault.transit_mount,
    key: vault.transit_key,
    tokenFile: vault.transit_token_file,
    caFile: vault.transit_ca_file,
  };
}
