#!/usr/bin/env node
import { version } from "../base/package.js";
import { benchCommand } from "./bench.js";
import { demoCommand } from "./demo.js";
import { modelsCommand } from "./models.js";
import { runCli } from "./program.js";
import { processSession } from "./session.js";

// A reader that has seen enough, as in "cordon person list | head", is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const interrupt = new AbortController();
// The server has its own way to stop, and so has the bench.
const args = process.argv.slice(2);
if (args[0] !== "serve" && args[0] !== "bench") {
  // What the libraries should do otherwise one day is nothing to whoever runs a command.
  process.noDeprecation = true;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => interrupt.abort());
}
const session = processSession(interrupt.signal);
const extra = [demoCommand(session), modelsCommand(), benchCommand()];
const exitCode = await runCli(args, session, version, extra);
if (exitCode !== 0) process.exitCode = exitCode;
