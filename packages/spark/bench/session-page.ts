import { parseArgs } from "node:util";
import {
  dist,
  here,
  isolation,
  launch,
  missing,
  networksMap,
  serve,
  urlOf,
} from "../test/browser/page.test-support.ts";

/*
 * tsx packages/spark/bench/session-page.ts [--units=N] [--seconds=S]: counts the animation frames per second of a page
 * of Chromium without a session, and with one in a worker that draws all spikes of a network. Build first.
 */
const { values: given } = parseArgs({
  options: { units: { type: "string", default: "100000" }, seconds: { type: "string", default: "5" } },
});
if (missing) throw new Error(missing);
const server = await serve({ dist, test: here }, isolation);
const browser = await launch();
const page = await browser.newPage();
await page.goto(urlOf(server, "test/empty.html"));
await page.addScriptTag({ type: "importmap", content: networksMap });
const told = await page.evaluate(`import("spark-snn").then(async (spark) => {
  const units = ${Number(given.units)};
  const synapse = spark.ExponentialSynapse({ tau: 5 });
  const drive = spark.PoissonDrive({ rate: 8, trains: 1000, weight: 6 });
  const network = spark.brain({
    populations: {
      excitatory: spark.RefractoryLeakySoma({ units: [units * 0.8] }),
      inhibitory: spark.RefractoryLeakySoma({ units: [units * 0.2] }),
    },
    projections: {
      ei: { from: "excitatory", to: "inhibitory", connect: spark.fixedInDegree({ inDegree: 80 }), weight: 4, delay: 1.5, synapse },
      ie: { from: "inhibitory", to: "excitatory", connect: spark.fixedInDegree({ inDegree: 20 }), weight: -25, delay: 1.5, synapse },
    },
    drives: { toExcitatory: { to: "excitatory", synapse, drive }, toInhibitory: { to: "inhibitory", synapse, drive } },
  });
  const simulation = await spark.compile(network, { dt: 0.1, worker: true });
  const canvas = document.body.appendChild(document.createElement("canvas")).getContext("2d");
  const frames = [];
  const session = await simulation.start({
    pace: "fastest",
    paused: true,
    record: { excitatory: { outSpikes: true }, inhibitory: { outSpikes: true } },
    onFrame: ({ steps, records }) => {
      frames.push(steps);
      canvas.clearRect(0, 0, 300, 150);
      for (const { outSpikes } of [records.excitatory, records.inhibitory])
        outSpikes.units.forEach((unit, k) => canvas.fillRect(outSpikes.steps[k] % 300, unit % 150, 1, 1));
    },
  });
  const count = async () => {
    const times = [];
    const end = performance.now() + ${Number(given.seconds)} * 1000;
    while (performance.now() < end) times.push(await new Promise(requestAnimationFrame));
    return { perSecond: (times.length - 1) / (times.at(-1) - times[0]) * 1000, longest: Math.max(...times.slice(1).map((time, k) => time - times[k])) };
  };
  const without = await count();
  session.play();
  const withSession = await count();
  await session.stop();
  const { warnings } = session;
  simulation.dispose();
  return { without, withSession, framesPerSecond: frames.length / ${Number(given.seconds)}, steps: frames.reduce((a, b) => a + b, 0), warnings };
})`);
await browser.close();
server.close();
console.log(JSON.stringify(told, null, 1));
