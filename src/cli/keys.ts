import { join } from "node:path";
import { Command } from "commander";
import type { GetKeyStatusResponse__Output } from "../api/generated/cordon/v1/GetKeyStatusResponse.js";
import { loadConfig } from "../config/load.js";
import type { CordonClient } from "../transport/client/client.js";
import { CordonClientError } from "../transport/client/error.js";
import { LENGTHY_MS_MAX } from "../transport/interceptors/deadline.js";
import { initKeyFile, initTransitKeyFile } from "../vault/init-keys.js";
import { confirm } from "./confirm.js";
import { startGauge } from "./gauge.js";
import { print } from "./output.js";
import {
  guarded,
  type OutputOptions,
  plainCommand,
  type RemoteOptions,
  remoteCommand,
  withClient,
} from "./remote.js";
import type { Session } from "./session.js";
import { table } from "./table.js";
import { transitOptionsOf } from "./transit.js";

/** How often a rotation under way is looked at, milliseconds. */
const POLL_MS = 500;

/** `cordon keys`: the keys that everything about persons is sealed under. */
export function keysCommand(session: Session): Command {
  return new Command("keys")
    .description("Keys: what everything about persons is sealed under.")
    .addCommand(init(session))
    .addCommand(status(session))
    .addCommand(rotate(session))
    .addCommand(retire(session));
}

interface InitOptions extends OutputOptions {
  readonly config?: string;
  readonly dataDir?: string;
  readonly keyFile?: string;
}

function init(session: Session): Command {
  return plainCommand(
    "init",
    "Make the key file of a new server: one random key, mode 0600. Needs no server.",
    "cordon keys init --key-file /etc/cordon/key.json",
  )
    .option("--key-file <file>", "where (default vault.key_file, or key.json in the data folder)")
    .option("--data-dir <folder>", "the data folder")
    .option("--config <file>", "YAML configuration of the server (environment CORDON_CONFIG)")
    .action(async (options: InitOptions) => {
      await guarded(session, options, async () => {
        const { config: file, dataDir, keyFile } = options;
        const overrides = {
          ...(dataDir === undefined ? {} : { store: { data_dir: dataDir } }),
          ...(keyFile === undefined ? {} : { vault: { key_file: keyFile } }),
        };
        const { store, vault } = loadConfig({ env: session.env, file, overrides });
        const path = vault.key_file || join(store.data_dir, "key.json");
        const made =
          vault.provider === "transit"
            ? await initTransitKeyFile(path, transitOptionsOf(vault))
            : await initKeyFile(path);
        const [key] = made.keys;
        print(session, options.json === true, { file: path, ...made }, () =>
          [
            `made ${path} with key ${key?.version} (${key?.keyId})`,
            "Keep a copy of it apart from the data and from its back-ups: without it nobody's data",
            "can be opened, and with both anybody's can.",
          ].join("\n"),
        );
      });
    });
}

function status(session: Session): Command {
  return remoteCommand(
    session,
    "status",
    "Show which keys there are, and how many persons each has wrapped.",
    "cordon keys status",
  ).action(async (options: RemoteOptions) => {
    await withClient(session, options, async (client) => {
      const answer = await client.keys.getKeyStatus({});
      print(session, options.json === true, answer, (paint) => {
        const { versions, keyVersion, provider } = answer;
        const rows = table(
          versions,
          [
            { title: "key", cell: ({ version }) => `${version}` },
            { title: "persons", cell: ({ persons }) => `${persons}`, align: "right" },
            { title: "", cell: ({ version }) => (version === keyVersion ? "in use" : "old") },
          ],
          paint,
        );
        return [`provider ${provider}`, rows, ...adviceOf(answer)].join("\n");
      });
    });
  });
}

function adviceOf(answer: GetKeyStatusResponse__Output): readonly string[] {
  const old = answer.versions.filter(({ version }) => version !== answer.keyVersion);
  if (old.length === 0) return [];
  const wrapped = old.reduce((sum, { persons }) => sum + persons, 0);
  return wrapped > 0
    ? [`${wrapped} persons are under older keys: cordon keys rotate --resume wraps them anew.`]
    : ["The older keys wrap nothing any more: cordon keys retire destroys them."];
}

function rotate(session: Session): Command {
  return remoteCommand(
    session,
    "rotate",
    "Make a new key, and wrap every person's data key with it, while the server works on.",
    "cordon keys rotate\ncordon keys rotate --resume",
  )
    .option("--resume", "go on with a rotation that was broken off; make no new key")
    .action(async (options: RemoteOptions & { resume?: boolean }) => {
      await withClient(session, options, async (client) => {
        const resumeOnly = options.resume === true;
        const timeoutMs = options.timeout ?? LENGTHY_MS_MAX;
        const rotation = client.keys.rotateKeys({ resumeOnly }, { timeoutMs });
        const answer = await watched(session, client, rotation);
        print(session, options.json === true, answer, () =>
          [
            `key ${answer.keyVersion} is in use; ${answer.rewrapped} data keys are wrapped anew`,
            "Back up the key file, and then the data. cordon keys retire destroys the older keys.",
          ].join("\n"),
        );
      });
    });
}

/** Shows how far the rotation has come until it ends, however that is. */
async function watched<T>(
  session: Session,
  client: CordonClient,
  rotation: Promise<T>,
): Promise<T> {
  const over = rotation.then(
    () => true,
    () => true,
  );
  const gauge = startGauge(session);
  try {
    while (session.stderr.isTTY === true && !(await Promise.race([over, pause()]))) {
      const { versions, keyVersion } = await client.keys.getKeyStatus({});
      const total = versions.reduce((sum, { persons }) => sum + persons, 0);
      const done = versions.find(({ version }) => version === keyVersion)?.persons ?? 0;
      gauge.show({ step: "wrapping anew", done, total, unit: "persons" });
    }
    return await rotation;
  } catch (thrown) {
    if (isOutlived(thrown)) {
      session.stderr.write("The server goes on with the rotation: cordon keys status shows it.\n");
    }
    throw thrown;
  } finally {
    gauge.end();
  }
}

function pause(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), POLL_MS).unref());
}

/** Whether this end gave up, and not the server. */
function isOutlived(thrown: unknown): boolean {
  if (!(thrown instanceof CordonClientError)) return false;
  return thrown.status === "DEADLINE_EXCEEDED" || thrown.status === "CANCELLED";
}

const retireWarning =
  "Back-ups made before the rotation can not be read afterwards, by nobody, for ever.";

function retire(session: Session): Command {
  return remoteCommand(
    session,
    "retire",
    "Destroy the older keys. Older back-ups can not be read afterwards.",
    "cordon keys retire --yes",
  )
    .option("--yes", "do not ask")
    .action(async (options: RemoteOptions & { yes?: boolean }) => {
      await withClient(session, options, async (client) => {
        if (options.yes !== true) {
          await confirm(session, {
            what: retireWarning,
            question: `${retireWarning} Destroy the older keys?`,
            no: "No key was destroyed.",
          });
        }
        const { retiredVersions } = await client.keys.retireKeys({});
        print(session, options.json === true, { retiredVersions }, () =>
          retiredVersions.length === 0
            ? "there was no older key"
            : `destroyed: key ${retiredVersions.join(", ")}. Copies of the key file that hold ` +
              "them still open old back-ups: destroy those, too.",
        );
      });
    });
}
