import { Command } from "commander";
import { type ClientOptions, type CordonClient, createClient } from "../transport/client/client.js";
import { CordonClientError } from "../transport/client/error.js";
import { exitCodeHelp } from "./exit.js";
import { type Asked, describeFailure, exitCodeOf, failureJson, UsageError } from "./failure.js";
import { nearIds } from "./near-ids.js";
import { address, duration, integer, readFile } from "./parse.js";
import type { Session } from "./session.js";
import { paintFor } from "./text.js";

export const ADDRESS_DEFAULT = "127.0.0.1:50051";

/** Entries that a list shows when nothing else was asked, and the most that it may. */
const LIST_LIMIT_DEFAULT = 1000;
const LIST_LIMIT_MAX = 1_000_000;
/** Entries of one page, the API's most. */
const PAGE_SIZE = 1000;
/** Characters of a token; a longer file is not a token. */
const TOKEN_CHARACTERS_MAX = 4096;

/** Which part of a list is asked for. */
export interface Page {
  readonly pageSize: number;
  /** Empty for the first. */
  readonly pageToken: string;
}

export interface OutputOptions {
  readonly json?: boolean;
}

/** Options of every command that calls a server. */
export interface RemoteOptions extends OutputOptions {
  readonly address: string;
  readonly tokenFile?: string;
  readonly tls?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly timeout?: number;
}

/** A command with --json, an example and the exit codes in its help. */
export function plainCommand(name: string, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .option("--json", "answer as JSON on stdout, failures too")
    .addHelpText("after", `\nExample:\n  ${example.replaceAll("\n", "\n  ")}\n${exitCodeHelp}`);
}

/** A command that calls a server: {@link plainCommand} with the options of a connection. */
export function remoteCommand(
  session: Session,
  name: string,
  description: string,
  example: string,
): Command {
  const { CORDON_ADDRESS, CORDON_CLI_TOKEN_FILE } = session.env;
  return plainCommand(name, description, example)
    .option(
      "--address <host:port>",
      "server (environment CORDON_ADDRESS)",
      address,
      CORDON_ADDRESS || ADDRESS_DEFAULT,
    )
    .option(
      "--token-file <file>",
      "file with the caller's token (environment CORDON_CLI_TOKEN_FILE)",
      CORDON_CLI_TOKEN_FILE || undefined,
    )
    .option("--tls", "speak TLS, trusting the authorities that Node trusts")
    .option("--tls-ca <file>", "speak TLS, trusting the authorities in this PEM file")
    .option("--tls-cert <file>", "PEM certificate of this caller; needs --tls-key")
    .option("--tls-key <file>", "PEM key of this caller")
    .option("--timeout <time>", "longest that one call may take, as in 500ms or 2m", duration);
}

/** Adds --limit to a command that lists. */
export function withLimit(command: Command): Command {
  return command.option(
    "--limit <n>",
    "list at most this many",
    integer(1, LIST_LIMIT_MAX),
    LIST_LIMIT_DEFAULT,
  );
}

/**
 * Connects, does the work, disconnects. A failure is told and becomes the exit code; nothing is
 * thrown.
 */
export async function withClient(
  session: Session,
  options: RemoteOptions,
  work: (client: CordonClient) => Promise<void>,
): Promise<void> {
  await guarded(session, options, async () => {
    const client = createClient(clientOptions(session, options));
    try {
      await work(client);
    } catch (thrown) {
      throw thrown instanceof CordonClientError ? await nearIds(client)(thrown) : thrown;
    } finally {
      client.close();
    }
  });
}

/** Does the work; a failure is told and becomes the exit code. */
export async function guarded(
  session: Session,
  options: OutputOptions & Asked & { readonly stream?: string },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    session.exitCode = exitCodeOf(thrown);
    if (options.json) {
      // Where answers are a line each, so is what ends them.
      const indent = options.stream === undefined ? 2 : 0;
      session.stdout.write(`${JSON.stringify(failureJson(thrown), null, indent)}\n`);
      return;
    }
    const paint = paintFor(session.stderr, session.env);
    session.stderr.write(`${describeFailure(thrown, paint, options)}\n`);
  }
}

/**
 * Fetches pages until there are `limit` entries or no more, and says on stderr when there are.
 *
 * @param fetch one page of at most `pageSize` entries, and the token of the next or ""
 */
export async function pages<T>(
  session: Session,
  limit: number,
  fetch: (page: Page) => Promise<readonly [readonly T[], string]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let pageToken = "";
  do {
    const pageSize = Math.min(PAGE_SIZE, limit - all.length);
    const [entries, next] = await fetch({ pageSize, pageToken });
    all.push(...entries);
    pageToken = next;
  } while (pageToken !== "" && all.length < limit);
  if (pageToken !== "") session.stderr.write(`There are more than ${limit}; see --limit.\n`);
  return all;
}

function clientOptions(session: Session, options: RemoteOptions): ClientOptions {
  const { tlsCa, tlsCert, tlsKey, tokenFile, timeout } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError("Give --tls-cert and --tls-key together.");
  }
  const wantsTls = options.tls === true || tlsCa !== undefined || tlsCert !== undefined;
  const tls = {
    ...(tlsCa === undefined ? {} : { ca: readFile(tlsCa) }),
    ...(tlsCert === undefined ? {} : { certificate: readFile(tlsCert) }),
    ...(tlsKey === undefined ? {} : { key: readFile(tlsKey) }),
  };
  return {
    address: options.address,
    signal: session.signal,
    ...(wantsTls ? { tls } : {}),
    ...(tokenFile === undefined ? {} : { token: readToken(tokenFile) }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

function readToken(file: string): string {
  const token = readFile(file).toString("utf8").trim();
  // Visible ASCII: anything else cannot stand in a header.
  if (/^[\x21-\x7e]+$/.test(token) && token.length <= TOKEN_CHARACTERS_MAX) return token;
  throw new Error(`${file}: holds no token. It must be one line of visible ASCII characters.`);
}
