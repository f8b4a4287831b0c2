import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import {
  makeDataDir,
  makeLawful,
  removeDataDir,
  type ServerProcess,
  startServerProcess,
} from "./harness.js";

type Environment = Readonly<Record<string, string>>;

/** A data folder, and the server that runs on it. */
export interface Place {
  readonly dataDir: string;
  /** Starts the server; it is killed after the test if it still runs. */
  start(env?: Environment): Promise<ServerProcess>;
}

/** Gives each test of a file a data folder of its own. */
export function placePerTest(): Place {
  let dataDir = "";
  let last: ServerProcess | null = null;
  beforeEach(() => {
    dataDir = makeDataDir();
  });
  afterEach(async () => {
    const { child } = last ?? {};
    if (child?.exitCode === null && child.signalCode === null) await last?.stop("SIGKILL");
    last = null;
    removeDataDir(dataDir);
  });
  return {
    get dataDir() {
      return dataDir;
    },
    async start(env = {}) {
      last = await startServerProcess(dataDir, env);
      return last;
    },
  };
}

/** One server with a lawful zone, for all tests of a file. */
export function serverPerFile(env: Environment): {
  readonly process: ServerProcess;
  readonly modelPack: string;
} {
  const dataDir = makeDataDir();
  let running: ServerProcess | null = null;
  let modelPack = "";
  beforeAll(async () => {
    running = await startServerProcess(dataDir, env);
    await makeLawful(running.client);
    modelPack = (await running.client.server.getServerInfo({})).modelPack?.name ?? "";
  });
  afterAll(async () => {
    await running?.stop();
    removeDataDir(dataDir);
  });
  return {
    get process() {
      if (running === null) throw new Error("the server is not there before the first test");
      return running;
    },
    get modelPack() {
      return modelPack;
    },
  };
}
