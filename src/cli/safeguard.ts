import { Command } from "commander";
import { alternativeCommand } from "./safeguard-alternative.js";
import { egressCommand } from "./safeguard-egress.js";
import { minorsCommand } from "./safeguard-minors.js";
import type { Session } from "./session.js";

/** `cordon safeguard`: the other records that the gate stands on (Art. 7, 8 and 10). */
export function safeguardCommand(session: Session): Command {
  return new Command("safeguard")
    .description("Ways without a face, bases for other networks, rules for minors.")
    .addCommand(alternativeCommand(session))
    .addCommand(egressCommand(session))
    .addCommand(minorsCommand(session));
}
