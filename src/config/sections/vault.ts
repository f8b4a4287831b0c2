import { z } from "zod";
import { choice, text } from "../knob.js";

export const vault = z
  .strictObject({
    provider: choice(["file", "transit"], "file", {
      env: "CORDON_VAULT_PROVIDER",
      unit: "name",
      doc: "file: a key file on this machine. transit: HashiCorp Vault's transit engine opens it.",
    }),
    key_file: text("", {
      env: "CORDON_KEY_FILE",
      unit: "file",
      doc: "Key file, mode 0600 (docs/keys.md). Empty: key.json or keys-transit.json in the data folder.",
    }),
    transit_address: text("", {
      env: "CORDON_TRANSIT_ADDRESS",
      unit: "URL",
      doc: "Of HashiCorp Vault, for example https://vault.internal:8200. https, or loopback.",
    }),
    transit_mount: text("transit", {
      env: "CORDON_TRANSIT_MOUNT",
      unit: "path",
      doc: "Where its transit engine is mounted.",
    }),
    transit_key: text("cordon", {
      env: "CORDON_TRANSIT_KEY",
      unit: "name",
      doc: "Name of the transit key.",
    }),
    transit_token_file: text("", {
      env: "CORDON_TRANSIT_TOKEN_FILE",
      unit: "file",
      doc: "File with the token, mode 0600; read anew for every request.",
    }),
    transit_ca_file: text("", {
      env: "CORDON_TRANSIT_CA_FILE",
      unit: "file",
      doc: "PEM authorities that vouch for it. Empty: those of Node.",
    }),
  })
  .prefault({});
