import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";

const modules = new URL("../dist/src/", import.meta.url).href;

/** Runs a service of these parts in a process of its own, which sends itself signals. */
async function run(script: string) {
  const source = `
    import { stopOnSignals } from "${modules}lifetime.js";
    import { ThreadLeft } from "${modules}base/thread-left.js";
    const say = (text) => process.stdout.write(text + "\\n");
    const log = { info: (_, text) => say(text ?? _), error: (_, text) => say(text), fatal: say };
    const signal = () => process.kill(process.pid, "SIGTERM");
    const hang = () => new Promise(() => undefined);
    const closeKeepers = async () => say("keepers closed");
    const serve = (options) =>
      stopOnSignals({ log, graceMs: 60_000, closeKeepers, ...options });
    setInterval(() => undefined, 1000);
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source]);
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return { code, signal, output };
}

const forced = { code: null, signal: "SIGKILL" };

it("a clean drain exits with 0", async () => {
  const ended = await run(`serve({ close: async () => say("closed") }); signal();`);
  expect(ended).toMatchObject({ code: 0, output: expect.stringMatching(/closed\nstopped/) });
});

it("an error that nobody handled drains, and exits with 1", async () => {
  const ended = await run(`
    serve({ close: async () => say("closed") });
    setImmediate(() => { throw new Error("bug"); });`);
  expect(ended).toMatchObject({ code: 1, output: expect.stringContaining("closed") });
});

it("a drain that fails exits with 1", async () => {
  const ended = await run(`serve({ close: async () => { throw new Error("disk"); } }); signal();`);
  expect(ended).toMatchObject({ code: 1 });
});

it("the same signal of a terminal twice at once is one wish to stop", async () => {
  const ended = await run(`
    const press = () => process.kill(process.pid, "SIGINT");
    serve({ close: async () => {
      press();
      await new Promise((resolve) => setTimeout(resolve, 50));
      say("closed");
    } });
    press();`);
  expect(ended).toMatchObject({ code: 0, output: expect.stringMatching(/closed\nstopped/) });
});

it("and a moment later it is another", async () => {
  const ended = await run(`
    const press = () => process.kill(process.pid, "SIGINT");
    serve({ close: () => { setTimeout(press, 600); return hang(); } });
    press();`);
  expect(ended).toMatchObject(forced);
});

it("a second signal closes what keeps records, then kills", async () => {
  const ended = await run(`
    serve({ close: () => { setImmediate(signal); return hang(); } });
    signal();`);
  expect(ended).toMatchObject(forced);
  expect(ended.output).toMatch(/ending by force[\s\S]*keepers closed/);
});

it("a third signal does not wait for records that cannot be closed", async () => {
  const ended = await run(`
    serve({
      close: () => { setImmediate(signal); return hang(); },
      closeKeepers: () => { say("asked"); setImmediate(signal); return hang(); },
    });
    signal();`);
  expect(ended).toMatchObject({ ...forced, output: expect.stringContaining("asked") });
});

it("a drain beyond its time closes what keeps records, then kills", async () => {
  const ended = await run(`serve({ graceMs: 1, close: hang }); signal();`);
  expect(ended).toMatchObject({ ...forced, output: expect.stringContaining("keepers closed") });
});

it("a thread that was left in native code ends in SIGKILL, not in an exit", async () => {
  const ended = await run(`
    serve({ close: async () => { throw new ThreadLeft("vision", 1); } });
    signal();`);
  expect(ended).toMatchObject(forced);
});
