import { type JsonObject, objectAt, withAt } from "./json.ts";
import { firstDocument } from "./templates.ts";

/*
 * The lessons of the studio. They follow the first chapters of Gerstner, Kistler, Naud and Paninski, Neuronal Dynamics
 * (2014), and Song, Miller and Abbott, Nat. Neurosci. 3:919 (2000).
 */

const membrane = { potentialRest: -65, potentialReset: -65, threshold: -50 };

const current = { kind: "value", path: ["inputs", "current"], name: "Current", unit: "pA" } as const;
const cooldown = { kind: "value", path: ["model", "cooldown"], name: "Refractory period", unit: "ms" } as const;
const rate = { kind: "rate", population: "", over: 1000 } as const;

const integrateAndFire: JsonObject = {
  name: "Lesson 1: Leaky integrate-and-fire",
  description: "What a current does to a neuron, and when the neuron spikes. Neuronal Dynamics, ch. 1.3.",
  version: 1,
  model: { soma: "StrictRefractoryLeakySoma", units: [1], ...membrane },
  duration: 1000,
  dt: 0.1,
  inputs: { current: 0 },
  studio: {
    panels: { traces: { kind: "traces", units: [0], width: 8 }, rates: { kind: "rates", width: 4 } },
    lesson: {
      steps: [
        {
          title: "A neuron at rest",
          text: `This neuron has no input. Press **Run** (or the space bar) and watch its membrane potential.

It stays at its resting potential of −65 mV. Whatever pushes it away from there, the leak of the membrane pulls it back.`,
          checks: [{ kind: "time", min: 200 }],
        },
        {
          title: "A small current",
          text: `Select the input, and set its current to **100 pA**.

The potential rises and settles at a new value. The rise takes a few membrane time constants (20 ms here). The height follows Ohm's law: resistance × current = 0.1 GΩ × 100 pA = 10 mV above rest.

The threshold of −50 mV is not reached, so the neuron does not spike.`,
          checks: [{ ...current, min: 100, max: 100 }],
        },
        {
          title: "The rheobase",
          text: `The *rheobase* is the smallest constant current that makes a neuron spike. Find it: set a current with which the neuron just spikes, no more than 10 pA above the rheobase.

Hint: the threshold lies 15 mV above rest. Which current lifts the potential by 15 mV?`,
          checks: [
            { ...current, max: 160 },
            { ...rate, min: 1 },
          ],
        },
        {
          title: "Twenty spikes a second",
          text: `Make the neuron fire at **20 Hz**, give or take 1.5 Hz. The rate is the mean over the last second.

For the curious: the interval between two spikes is the refractory period plus τ · ln(RI / (RI − 15 mV)), with the membrane time constant τ and RI = resistance × current.`,
          checks: [{ ...rate, min: 18.5, max: 21.5 }],
        },
      ],
    },
  },
};

const frequencyCurve: JsonObject = {
  name: "Lesson 2: The f–I curve",
  description: "How the firing rate depends on the current. Neuronal Dynamics, ch. 1.3 and 2.",
  version: 1,
  model: { soma: "StrictRefractoryLeakySoma", units: [1], ...membrane },
  duration: 1000,
  dt: 0.1,
  inputs: { current: 200 },
  studio: {
    panels: { curve: { kind: "curve", width: 5 }, traces: { kind: "traces", units: [0], width: 7 } },
    lesson: {
      steps: [
        {
          title: "One click",
          text: `Press **Measure** in the panel *f–I curve*. It runs the neuron with many currents and draws the firing rate against the current.

Below the rheobase of 150 pA the rate is zero. Above it, the curve rises steeply at first.`,
          checks: [],
        },
        {
          title: "Read the curve",
          text: `Which current gives **about 63 Hz**? Read it from the curve, set it, and run.`,
          checks: [{ ...rate, min: 60, max: 66 }],
        },
        {
          title: "The refractory period limits the rate",
          text: `Set the current to **1000 pA**: the neuron fires at almost 190 Hz.

After a spike, it stays at the reset potential for the *refractory period* (\`cooldown\`, 2 ms). Lengthen it until the neuron fires at **no more than 50 Hz** with this current.

No current can push the rate beyond 1 / cooldown. Measure the curve again to see the ceiling.`,
          checks: [
            { ...current, min: 1000 },
            { ...rate, min: 5, max: 50 },
          ],
        },
        {
          title: "What the time constant does",
          text: `Set the refractory period back to **2 ms**, the membrane time constant (\`potentialTau\`) to **10 ms**, and measure the curve once more.

The rheobase is the same: it depends only on the resistance and the threshold. But the neuron reaches its threshold sooner, so it fires faster.`,
          checks: [
            { ...cooldown, max: 2 },
            {
              kind: "value",
              path: ["model", "potentialTau"],
              name: "Membrane time constant",
              unit: "ms",
              min: 10,
              max: 10,
            },
          ],
        },
      ],
    },
  },
};

const adaptation: JsonObject = {
  name: "Lesson 3: Adaptation",
  description: "A neuron that becomes slower after each spike. Neuronal Dynamics, ch. 6.1.",
  version: 1,
  model: { soma: "AdaptiveLeakySoma", units: [1], ...membrane, thresholdTau: 200, thresholdDelta: 0 },
  duration: 1000,
  dt: 0.1,
  inputs: { current: 250 },
  studio: {
    panels: { traces: { kind: "traces", units: [0], width: 8 }, intervals: { kind: "intervals", width: 4 } },
    lesson: {
      steps: [
        {
          title: "Regular spikes",
          text: `Run the neuron. All intervals between its spikes are equal: about 20 ms.`,
          checks: [
            { kind: "time", min: 1000 },
            { ...rate, min: 45, max: 52 },
          ],
        },
        {
          title: "A threshold that moves",
          text: `Many neurons fire fast when a current begins, and then slow down. One reason: each spike makes the next one harder.

Set the increase of the threshold (\`thresholdDelta\`) to **5 mV**, and press **Restart**. Look at the first intervals: each is longer than the one before. The threshold decays with a time constant of 200 ms, but spikes raise it faster.`,
          checks: [{ ...rate, min: 9, max: 15 }],
        },
        {
          title: "Half the rate",
          text: `Find an increase with which the neuron fires at **about half** of its first rate: 23 to 26 Hz, after it has adapted.`,
          checks: [{ ...rate, min: 23, max: 26 }],
        },
      ],
    },
  },
};

const weightOfInhibition = {
  kind: "value",
  path: ["model", "projections", "ie", "weight"],
  name: "Weight of ie",
  unit: "pA",
} as const;

const balance: JsonObject = {
  ...withAt(firstDocument, weightOfInhibition.path, 0),
  name: "Lesson 4: Excitation and inhibition",
  description: "How inhibition keeps a recurrent network in balance. Neuronal Dynamics, ch. 12.",
  studio: {
    ...objectAt(firstDocument, "studio"),
    panels: { raster: { kind: "raster", width: 8 }, rates: { kind: "rates", width: 4 } },
    lesson: {
      steps: [
        {
          title: "Excitation alone",
          text: `800 excitatory neurons excite each other and 200 inhibitory neurons. The wire back from the inhibitory ones, **ie**, has the weight 0.

Run the network. With nothing to hold it back, the excitatory population fires at about 50 Hz.`,
          checks: [{ kind: "rate", population: "excitatory", over: 500, min: 45 }],
        },
        {
          title: "Close the loop",
          text: `Click the wire **ie** and set its weight to **60 pA** while the network runs.

Inhibition grows with excitation: more excitatory spikes make more inhibitory spikes, which push the excitatory neurons down.`,
          checks: [
            { ...weightOfInhibition, min: 60 },
            { kind: "rate", population: "excitatory", over: 500, max: 20 },
          ],
        },
        {
          title: "A working point",
          text: `Find a weight with which the excitatory neurons fire at **20 to 23 Hz**.

Notice how little the rate changes once inhibition is strong: the loop is a *negative feedback*. Doubling a strong weight hardly matters, and halving a weak one matters much.`,
          checks: [{ kind: "rate", population: "excitatory", over: 500, min: 20, max: 23 }],
        },
      ],
    },
  },
};

const plasticity = ["model", "projections", "learned", "plasticity"];

const timing: JsonObject = {
  name: "Lesson 5: Spikes that change synapses",
  description: "Spike-timing-dependent plasticity makes inputs compete. Song, Miller and Abbott (2000).",
  version: 1,
  model: {
    populations: {
      inputs: { source: "PoissonSource", units: [400], rate: 15 },
      cell: { soma: "LeakySoma", units: [1], potentialRest: -60, potentialReset: -60, threshold: -50 },
    },
    projections: {
      learned: {
        from: "inputs",
        to: "cell",
        connect: { allToAll: {} },
        weight: 0.12,
        synapse: { synapse: "DeltaSynapse" },
        plasticity: { rule: "PairStdp", weightMax: 0.3, rate: 0.02, asymmetry: 1.1 },
      },
    },
  },
  duration: 100000,
  dt: 1,
  studio: {
    positions: { "populations.inputs": [0, 60], "populations.cell": [300, 60] },
    panels: {
      weights: { kind: "weights", projection: "learned", width: 5 },
      rates: { kind: "rates", width: 7 },
    },
    lesson: {
      steps: [
        {
          title: "Equal synapses",
          text: `400 random inputs end at one cell, with equal weights of 0.12 mV. The synapses learn: an input that spikes shortly *before* the cell becomes stronger, one that spikes shortly *after* it becomes weaker.

Set the pace to **Fastest**, run, and watch the histogram of the weights for 30 s of simulated time.`,
          checks: [{ kind: "time", min: 30000 }],
        },
        {
          title: "Winners and losers",
          text: `Let it run until 100 s. The weights split into two groups: most fall to zero, and some reach the largest weight of 0.3 mV. The inputs *compete*: a strong synapse makes the cell spike soon after its input, and so becomes stronger still.

Nobody told the synapses which of them should win. All inputs are equally random.`,
          checks: [{ kind: "time", min: 100000 }],
        },
        {
          title: "Without the balance",
          text: `Depression is stronger than potentiation by the factor \`asymmetry\`, 1.1 here. That keeps the cell from exciting itself without end.

Set the asymmetry to **0.8** and go on. Potentiation now wins everywhere.`,
          checks: [
            {
              kind: "value",
              path: [...plasticity, "asymmetry"],
              name: "Asymmetry of the rule",
              unit: "",
              max: 0.8,
            },
            { kind: "weight", projection: "learned", unit: "mV", min: 0.25 },
          ],
        },
      ],
    },
  },
};

/** The lessons, from the first on. */
export const lessons: readonly JsonObject[] = [integrateAndFire, frequencyCurve, adaptation, balance, timing];
