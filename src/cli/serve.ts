import { type Command, InvalidArgumentError } from "commander";
import { integer, repeated } from "./parse.js";
import { guarded, plainCommand } from "./remote.js";
import type { Session } from "./session.js";

const PORT_MAX = 65_535;

interface ServeOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly httpPort?: number;
  readonly dataDir?: string;
  readonly logLevel?: string;
  readonly set?: readonly Setting[];
}

interface Setting {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

const example = `cordon serve --data-dir /var/lib/cordon
cordon serve --config cordon.yaml --set vision.workers=4`;

/** `cordon serve`: runs the server in this process until SIGTERM or SIGINT. */
export function serveCommand(session: Session): Command {
  return plainCommand("serve", "Run the server. Its log is JSON lines on stdout.", example)
    .option("--config <file>", "YAML configuration (environment CORDON_CONFIG)")
    .option("--host <address>", "address of the gRPC port; beyond loopback it needs TLS")
    .option("--port <n>", "gRPC port; 0 takes a free one", integer(0, PORT_MAX))
    .option("--http-port <n>", "port of /metrics, /livez and /readyz", integer(0, PORT_MAX))
    .option("--data-dir <folder>", "database, audit and key")
    .option("--log-level <level>", "trace, debug, info, warn, error, fatal or silent")
    .option("--set <section.knob=value>", "any knob; may be repeated", repeated(setting))
    .action(async (options: ServeOptions) => {
      await guarded(session, {}, async () => {
        const { runServer } = await import("../main.js");
        await runServer({
          env: session.env,
          configFile: options.config,
          overrides: overridesOf(options),
        });
      });
    });
}

/** What the options say, in the shape of the configuration. */
export function overridesOf(options: ServeOptions): Record<string, Record<string, unknown>> {
  const { host, port, httpPort, dataDir, logLevel } = options;
  const named: readonly (readonly [string, string, unknown])[] = [
    ["server", "host", host],
    ["server", "port", port],
    ["server", "http_port", httpPort],
    ["store", "data_dir", dataDir],
    ["telemetry", "log_level", logLevel],
    ...(options.set ?? []).map(({ section, name, value }) => [section, name, value] as const),
  ];
  const overrides: Record<string, Record<string, unknown>> = {};
  for (const [section, name, value] of named) {
    if (value !== undefined) overrides[section] = { ...overrides[section], [name]: value };
  }
  return overrides;
}

function setting(text: string): Setting {
  const match = /^([a-z]+)\.([a-z_]+)=(.*)$/s.exec(text);
  const [, section, name, value] = match ?? [];
  if (section !== undefined && name !== undefined && value !== undefined) {
    return { section, name, value };
  }
  throw new InvalidArgumentError("Write section.knob=value, as in vision.workers=4.");
}
