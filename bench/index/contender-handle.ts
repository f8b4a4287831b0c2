import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { BenchError } from "../errors.js";
import { createOutbox } from "../load/outbox.js";
import { type ContenderRequest, REPLY_MARK, type Replies } from "./protocol.js";

/** A contender's process, as the suite sees it. */
export interface ContenderHandle {
  /**
   * @throws BenchError when it fails, ends, or does not answer in time; it is then gone for good
   */
  ask<Do extends ContenderRequest["do"]>(
    request: Extract<ContenderRequest, { readonly do: Do }>,
    timeoutMs: number,
  ): Promise<Replies[Do]>;
  close(): Promise<void>;
}

export interface ContenderCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Lines of its complaints kept, to say why it failed. */
const COMPLAINTS_MAX = 20;
const CLOSE_MS_MAX = 10_000;

export function startContender(command: ContenderCommand, signal: AbortSignal): ContenderHandle {
  const { program, args, env } = command;
  const child = spawn(program, args, {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "pipe"],
    signal,
  });
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    complaints.push(line);
    if (complaints.length > COMPLAINTS_MAX) complaints.shift();
  });
  // An interrupt ends it; whoever waits for an answer hears of that below.
  child.on("error", (thrown) => complaints.push(thrown.message));
  child.stdin.on("error", () => undefined);
  const replies = createOutbox<string>();
  // Several lines come in one turn, so they are kept until somebody asks.
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith(REPLY_MARK)) replies.push(line.slice(REPLY_MARK.length));
  });
  const answers = replies[Symbol.asyncIterator]();
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));

  return {
    async ask(request, timeoutMs) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await nextReply(request.do)) as Replies[typeof request.do];

      async function nextReply(what: string): Promise<object> {
        const stop = new AbortController();
        const ended = exited.then(async () => {
          // Its last words may still be on their way through the line reader.
          await new Promise((resolve) => setImmediate(resolve));
          throw new BenchError(`it ended while asked to ${what}: ${complaints.join(" / ")}`);
        });
        const late = timeout(timeoutMs, stop.signal).then(() => {
          child.kill("SIGKILL");
          throw new BenchError(`${what} took longer than ${Math.round(timeoutMs / 1_000)} s`);
        });
        try {
          return await Promise.race([replyOf(answers), ended, late]);
        } finally {
          stop.abort();
        }
      }
    },
    close: () => end(child, exited),
  };
}

async function replyOf(answers: AsyncIterator<string>): Promise<object> {
  const { value } = await answers.next();
  const { ok, error, extra, ...rest } = JSON.parse(value);
  if (ok !== true) throw new BenchError(String(error));
  return extra === undefined ? rest : extra;
}

function timeout(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdin?.end(`${JSON.stringify({ do: "close" })}\n`);
  const stop = new AbortController();
  const killed = timeout(CLOSE_MS_MAX, stop.signal).then(() => child.kill("SIGKILL"));
  await Promise.race([exited, killed]);
  stop.abort();
  await exited;
}
