#!/usr/bin/env node
/** Assembles scan.wat, beside this file, to dist/src/index/kernel/scan.wasm. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import initWabt from "wabt";

const source = new URL("scan.wat", import.meta.url);
const target = new URL("../../../dist/src/index/kernel/scan.wasm", import.meta.url);

const wabt = await initWabt();
const parsed = wabt.parseWat("scan.wat", readFileSync(source, "utf8"), { simd: true });
parsed.validate();
const { buffer } = parsed.toBinary({});
parsed.destroy();
mkdirSync(new URL(".", target), { recursive: true });
writeFileSync(target, buffer);
