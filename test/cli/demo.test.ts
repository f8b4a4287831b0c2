import { expect, it } from "vitest";
import { keptText } from "../../src/cli/demo.js";

it("demo --keep says where to ask, where its data are, and how they are removed", () => {
  const text = keptText("127.0.0.1:1", "127.0.0.1:2", "/tmp/cordon-demo-x", "/photographs");
  expect(text).toMatch(/export CORDON_ADDRESS=127\.0\.0\.1:1\n/);
  expect(text).toMatch(/curl http:\/\/127\.0\.0\.1:2\/metrics\n/);
  expect(text).toMatch(/Its data stay in \/tmp\/cordon-demo-x, with the key that opens them\.\n/);
  expect(text).toMatch(/To remove them, once it has ended: rm -r \/tmp\/cordon-demo-x\n/);
});
