// Usage: node run.mjs PROGRAM.wasm [ARGUMENT...]
//
// Run a program for wasm32-wasi with this environment, no file and no folder.
import { readFile } from "node:fs/promises";
import { argv, env, exit } from "node:process";
import { WASI } from "node:wasi";

const program = argv.slice(2);
const wasi = new WASI({ version: "preview1", args: program, env, returnOnExit: true });
const { instance } = await WebAssembly.instantiate(await readFile(program[0]), {
  wasi_snapshot_preview1: wasi.wasiImport,
});
exit(wasi.start(instance));
