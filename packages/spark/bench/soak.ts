import { argv, exit } from "node:process";
import "../src/entries/node.ts";
import { type SoakBackend, soak, soakProblems } from "./soaking.ts";

/*
 * Lets a network learn for a long time and checks that its memory does not grow and its activity does not drift:
 *
 *     npm run bench:soak                  for an hour
 *     npm run bench:soak -- 15 wasm       for 15 minutes, in WebAssembly
 */

const minutes = Number(argv[2] ?? 60);
const backend = (argv[3] ?? "native") as SoakBackend;
if (!(minutes > 0)) {
  console.error(`The first argument must be a time in minutes; received ${argv[2]}.`);
  exit(2);
}
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1).padStart(6);
console.log("minutes  heap  external  resident MB  ms a round  Hz  mean weights");
const result = await soak({
  backend,
  other: backend === "native" ? "wasm" : "native",
  seconds: 60 * minutes,
  samples: Math.max(12, Math.min(60, Math.round(2 * minutes))),
  onSample: ({ seconds, heap, external, resident, time, rate, means }) =>
    console.log(
      (seconds / 60).toFixed(1).padStart(6),
      ...[heap, external, resident].map(megabytes),
      time.toFixed(1).padStart(6),
      rate.toFixed(2),
      means.map((mean) => mean.toFixed(4)).join(" "),
    ),
});
const problems = soakProblems(result);
console.log(`${result.rounds} s of biological time on ${backend}.`, ...problems);
exit(problems.length > 0 ? 1 : 0);
