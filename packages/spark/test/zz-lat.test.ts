import { test } from "vitest";
import { compile } from "/work/wt/run/packages/spark/src/run/simulate.ts";
import { LeakySoma } from "/work/wt/run/packages/spark/src/somas/leaky.ts";
import "/work/wt/run/packages/spark/src/entries/node.ts";

for (const backend of ["wasm", "native"] as const)
  for (const record of [undefined, { outSpikes: true }, { potential: { units: [0] } }, { potential: true }] as const)
    test(`latency ${backend} ${JSON.stringify(record)}`, async () => {
      const s = await compile(LeakySoma({ units: [100_000] }), { backend });
      const current = new Float32Array(100_000).fill(300);
      const options = { duration: 1, inputs: { current }, ...(record && { record }) } as never;
      const med = (a: number[]) => a.sort((x, y) => x - y)[a.length >> 1]!;
      const runs: number[] = [],
        steps: number[] = [];
      for (let r = 0; r < 3; r++) {
        runs.length = steps.length = 0;
        for (let k = 0; k < 300; k++) {
          const t = performance.now();
          await s.run(options);
          runs.push(performance.now() - t);
        }
        for (let k = 0; k < 300; k++) {
          const t = performance.now();
          s.step({ current });
          steps.push(performance.now() - t);
        }
      }
      console.log(backend, JSON.stringify(record), "run", med(runs).toFixed(3), "step", med(steps).toFixed(3));
      s.dispose();
    }, 100000);
