/*
 * A session that is steered, and a run that repeats it from its log. Runs in a page and in Node: `spark` are the public
 * names.
 */

const modelOf = ({
  brain,
  neuron,
  RefractoryLeakySoma,
  LeakySoma,
  ExponentialSynapse,
  PoissonDrive,
  fixedInDegree,
}) => {
  const synapse = ExponentialSynapse({ tau: 4 });
  return brain({
    populations: {
      cells: RefractoryLeakySoma({ units: [60] }),
      others: neuron({ soma: LeakySoma({ units: [40] }), inhibitory: true }),
    },
    projections: {
      out: { from: "cells", to: "others", connect: fixedInDegree({ inDegree: 8 }), weight: 60, delay: 1.5, synapse },
      back: { from: "others", to: "cells", connect: fixedInDegree({ inDegree: 5 }), weight: 20, delay: 3, synapse },
    },
    drives: { noise: { to: "cells", synapse, drive: PoissonDrive({ rate: 300, trains: 10, weight: 16 }) } },
  });
};

const dt = 0.25;
const inputs = { cells: { current: { whiteNoise: { mean: 350, std: 150 } } } };

const stateOf = ({ step, state, spikes, weights }) =>
  JSON.stringify({ step, state, spikes, weights }, (_, part) => (ArrayBuffer.isView(part) ? Array.from(part) : part));

/** Steers a session in all ways, also while it plays and after going back. */
export const steer = async (spark, options) => {
  const simulation = await spark.compile(modelOf(spark), { dt, seed: 4, ...options });
  let frames = 0;
  let next = 1;
  let isComplete = true;
  const session = await simulation.start({
    pace: 2,
    every: 2,
    inputs,
    record: { cells: { outSpikes: true } },
    onFrame: async ({ firstStep, steps }) => {
      isComplete &&= firstStep === next;
      next = firstStep + steps;
      frames++;
      await new Promise((resolve) => setTimeout(resolve, 10));
    },
  });
  for (let k = 0; k < 12; k++) {
    session.set("cells.threshold", -41 - k / 7);
    session.inject("others", [k, 39 - k]);
    session.weights("out").write([k, 2 * k], [3, 100 + k]);
    // Computing goes on between the changes, however fast it is here.
    for (const before = session.stepCount; session.stepCount < before + 40; ) {
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  }
  await session.pause();
  const furthest = session.stepCount;
  await session.seek(furthest - 20);
  next = session.stepCount + 1;
  session.weights("back").write(35);
  await session.step(200);
  const { changes, stepCount } = session;
  const state = stateOf(await session.snapshot());
  await session.stop();
  await session.done;
  simulation.dispose();
  return { changes, stepCount, state, frames, isComplete };
};

/** The state after a run with the changes of a session. */
export const repeat = async (spark, { changes, stepCount }, options) => {
  const simulation = await spark.compile(modelOf(spark), { dt, seed: 4, ...options });
  await simulation.run({ duration: stepCount * dt, inputs, changes });
  const state = stateOf(simulation.snapshot());
  simulation.dispose();
  return state;
};
