/*
 * The C program ../soma.c as a peer: compiled once, started for each run, and timed by itself. It uses vector types of
 * sixteen lanes and one pass over all units per step.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCompiler } from "../machine.ts";
import type { Job } from "./job.ts";
import { lines, send, serve } from "./lines.ts";

const job: Job = JSON.parse((await lines.next()).value);
const compiler = findCompiler();
if (!compiler) send("unavailable", { sentence: "There is no C compiler on this machine." });
else {
  const folder = mkdtempSync(join(tmpdir(), "spark-snn-peers-"));
  try {
    const program = join(folder, "soma");
    const begin = performance.now();
    execFileSync(compiler, [
      "-O3",
      "-march=native",
      "-o",
      program,
      fileURLToPath(new URL("../soma.c", import.meta.url)),
    ]);
    const compile = (performance.now() - begin) / 1000;
    const once = (): number =>
      Number(execFileSync(program, [job.model, `${job.units}`, `${job.steps}`], { encoding: "utf8" }).split(" ")[0]);
    send("ready", { setup: { compile }, versions: {}, note: `${compiler} -O3 -march=native` });
    await serve(async () => ({ seconds: once() }));
    send("end", {});
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exit(0);
