import type { Engine } from "../../usecases/engine.js";
import type { ServerFacts } from "../../usecases/server-info.js";
import { type Named, serverStream, unary } from "../method.js";
import { backupRpc } from "./backup.js";
import { getKeyStatusRpc } from "./get-key-status.js";
import { retireKeysRpc } from "./retire-keys.js";
import { rotateKeysRpc } from "./rotate-keys.js";

/** KeyService and BackupService: for those who run the machine. */
export function adminMethods(engine: Engine, facts: ServerFacts): readonly Named[] {
  const act = "manage-keys";
  return [
    unary("KeyService/GetKeyStatus", act, getKeyStatusRpc(engine)),
    unary("KeyService/RotateKeys", act, rotateKeysRpc(engine), { lengthy: true }),
    unary("KeyService/RetireKeys", act, retireKeysRpc(engine)),
    // While it is sent, there is a copy of whoever is erased meanwhile.
    serverStream("BackupService/Backup", "backup", backupRpc(engine, facts), { lengthy: true }),
  ];
}
