/*
 * Replays the reference's traces through the public API and gives a fingerprint of all spikes and potentials of each.
 * Plain JavaScript without imports, so that Node, a page without a bundler and a bundled page run this very file.
 */

/** FNV-1a over bytes. */
const fingerprint = (arrays) => {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
};

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** For each case: whether its spikes are the reference's, and the fingerprint of what was recorded. */
export const replayGolden = async (library, golden, worker = false) => {
  const results = [];
  for (const trace of golden.cases) {
    const config = Object.fromEntries(Object.entries(trace.config).map(([key, value]) => [camel(key), value]));
    const input = golden.inputs[trace.current];
    const run = await library.simulate(library[trace.soma]({ ...config, units: trace.units }), {
      duration: input.length * trace.dt,
      dt: trace.dt,
      dtype: trace.dtype,
      worker,
      inputs: { current: { steps: input } },
      record: { outSpikes: true, potential: true },
    });
    const spikes = Array.from(run.outSpikes.steps, (step, k) => [step, run.outSpikes.units[k]]);
    results.push({
      name: trace.name,
      spikesAgree: JSON.stringify(spikes) === JSON.stringify(trace.spikes),
      fingerprint: fingerprint([run.outSpikes.steps, run.outSpikes.units, run.potential.values]),
    });
  }
  return results;
};

/** The same for noise, whose draws must not depend on the engine either. */
export const replayNoise = async (library) => {
  const soma = library.AdaptiveLeakySoma({ units: [37], potentialTau: library.normal({ mean: 20, std: 2, min: 5 }) });
  const run = await library.simulate(soma, {
    duration: 300,
    dt: 0.1,
    dtype: "f64",
    seed: 7,
    inputs: {
      current: {
        sum: [{ sine: { amplitude: 50, frequency: 8 } }, { ornsteinUhlenbeck: { mean: 260, std: 80, tau: 5 } }],
      },
    },
    record: { outSpikes: true, potential: { every: 10 } },
  });
  return fingerprint([run.outSpikes.steps, run.outSpikes.units, run.potential.values]);
};

/** A population of several blocks on two threads: what was warned of, and the fingerprint. */
export const replayThreads = async (library, options) => {
  const soma = library.RefractoryLeakySoma({ units: [20000], potentialTau: { uniform: { min: 15, max: 25 } } });
  const run = await library.simulate(soma, {
    duration: 100,
    dt: 0.1,
    inputs: { current: 260 },
    record: { outSpikes: true, potential: { every: 500 } },
    ...options,
  });
  return {
    warnings: run.warnings,
    bits: fingerprint([run.outSpikes.steps, run.outSpikes.units, run.potential.values]),
  };
};

/** A brain with every spike recorded: what was warned of, how many spikes there were, and the fingerprint. */
export const replayNetwork = async (library, { brain, initial = {}, inputs = {} }, options) => {
  const populations = Object.keys(brain.populations);
  const record = Object.fromEntries(populations.map((name) => [name, { outSpikes: true }]));
  const run = await library.simulate(brain, { initial, inputs, ...options, record });
  const all = populations.map((name) => run[name].outSpikes);
  return {
    warnings: run.warnings,
    synapses: run.synapses,
    count: all.reduce((sum, { count }) => sum + count, 0),
    bits: fingerprint(all.flatMap(({ steps, units }) => [steps, units])),
    wallTime: run.wallTime,
    buildTime: run.buildTime,
  };
};
