/*
 * Prints a digest of the results of every backend, for the test that compares processors. Arguments: the folder of the
 * built package, then the names of backends. Small, because an emulated processor is about ten times slower.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...backends] = process.argv.slice(2);
const entry = (name) => import(pathToFileURL(join(folder, name)).href);
const spark = await entry("index.js");
if (backends.includes("native")) await entry("node.js");

const digestOf = (...lists) => {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of lists) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex").slice(0, 16);
};

const soma = () => spark.AdaptiveLeakySoma({ units: [37], potentialTau: spark.normal({ mean: 20, std: 2 }), seed: 5 });
const noise = spark.sum(spark.stepCurrent({ amplitude: 250 }), spark.whiteNoise({ mean: 0, std: 200 }));

const network = () => {
  const synapses = { in: spark.ExponentialSynapse({ tau: 5 }) };
  const cells = spark.neuron({ soma: spark.RefractoryLeakySoma({ units: [50] }), synapses });
  return spark.brain({
    populations: { cells },
    projections: {
      recurrent: {
        from: "cells",
        to: "cells.in",
        connect: spark.fixedInDegree({ inDegree: 8 }),
        weight: spark.normal({ mean: 40, std: 10 }),
        delay: spark.uniform({ min: 0.5, max: 3 }),
      },
    },
    drives: { outside: { to: "cells.in", drive: spark.PoissonDrive({ rate: 8000, weight: 12 }) } },
  });
};

const digests = {};
for (const backend of backends) {
  for (const dtype of ["f32", "f64"]) {
    const options = { duration: 40, dt: 0.1, dtype, backend };
    const one = await spark.simulate(soma(), {
      ...options,
      inputs: { current: noise },
      record: { outSpikes: true, potential: true },
    });
    digests[`${backend} ${dtype} soma`] = digestOf(one.outSpikes.steps, one.outSpikes.units, one.potential.values);
    const { cells } = await spark.simulate(network(), {
      ...options,
      record: { cells: { outSpikes: true, potential: { every: 10 } } },
    });
    digests[`${backend} ${dtype} network`] = digestOf(
      cells.outSpikes.steps,
      cells.outSpikes.units,
      cells.potential.values,
    );
    if (one.outSpikes.count === 0 || cells.outSpikes.count === 0) throw new Error(`${backend} ${dtype}: no spikes`);
  }
}
process.stdout.write(JSON.stringify({ processor: process.arch, digests }));
