/*
 * A controller that holds the firing rate of 256 somas, one step at a time.
 *
 *     npx tsx examples/closed-loop/run.ts
 */
import { holdRate } from "./controller.ts";

const begin = performance.now();
const seconds = await holdRate([20, 20, 20, 50, 50, 50, 10, 10, 10]);
const elapsed = performance.now() - begin;
console.log("second  target Hz  rate Hz  current pA");
seconds.forEach(({ target, rate, current }, k) => {
  const cells = [
    `${k + 1}`.padStart(6),
    `${target}`.padStart(9),
    rate.toFixed(1).padStart(7),
    current.toFixed(0).padStart(10),
  ];
  console.log(cells.join("  "));
});
console.log(
  `${seconds.length} s in ${elapsed.toFixed(0)} ms: ${(seconds.length / (elapsed / 1000)).toFixed(0)} times real time`,
);
