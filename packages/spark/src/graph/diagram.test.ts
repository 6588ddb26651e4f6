import { expect, test } from "vitest";
import { logNormal, normal, uniform } from "../config/initializer.ts";
import {
  allToAll,
  distanceBernoulli,
  explicit,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  oneToOne,
  pairwiseBernoulli,
} from "../connectivity/rule.ts";
import { byDistance, bySource } from "../connectivity/values.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/index.ts";
import { PoissonDrive, PoissonSource } from "../sources/index.ts";
import { DeltaSynapse, ExponentialSynapse } from "../synapses/index.ts";
import { brain } from "./brain.ts";
import { brainDiagram, brainMermaid } from "./diagram.ts";
import { neuron } from "./neuron.ts";
import { brainTable } from "./table.ts";

const fast = ExponentialSynapse({ tau: 2 });
const small = brain({
  name: "Small",
  populations: {
    excitatory: neuron({ soma: LeakySoma({ units: [40, 100], threshold: -50 }), synapses: { fast } }),
    inhibitory: neuron({ soma: LeakySoma({ units: [1000] }), inhibitory: true, synapses: { jump: DeltaSynapse() } }),
    noise: PoissonSource({ units: [10], rate: 8 }),
  },
  projections: {
    ee: {
      from: "excitatory",
      to: "excitatory",
      connect: pairwiseBernoulli({ probability: 0.02 }),
      weight: normal({ mean: 87.81, std: 8.781 }),
      delay: uniform({ min: 1, max: 2.5 }),
    },
    ei: {
      from: "excitatory",
      to: "inhibitory",
      weight: 0.1,
      delay: 1.5,
      connect: fixedInDegree({ inDegree: 100, multapses: false }),
    },
    ie: { from: "inhibitory", to: "excitatory", connect: allToAll({ autapses: false }), weight: 20 },
    noisy: { from: "noise", to: "excitatory", connect: fixedOutDegree({ outDegree: 3 }), weight: 60 },
  },
  drives: { outside: { to: "inhibitory.jump", drive: PoissonDrive({ rate: 8, trains: 1000, weight: 0.1 }) } },
  readouts: {
    left: { from: "excitatory", tau: 20, mean: true, units: [0, 1, 2], scale: 0.02 },
    potential: { from: "inhibitory", of: "potential" },
    noise: { from: "noise", tau: 50, mean: true },
  },
});

test("a brain is drawn as text, with arrows that excite, bars that inhibit and lines that may do both", () => {
  expect(brainDiagram(small)).toMatchInlineSnapshot(`
    "excitatory  4 000 × LeakySoma
    ├── excitatory  ee: ≈ 320 000 synapses, 87.81 ± 8.781 pA, 1 … 2.5 ms
    ├─▶ inhibitory  ei: 100 000 synapses, 0.1 mV, 1.5 ms
    └═▶ left        read-out: rate × 0.02, mean of 3 units, low-pass, tau 20 ms
    inhibitory  1 000 × LeakySoma, inhibitory
    ├─┤ excitatory  ie: 4 M synapses, 20 pA, 1 step
    └═▶ potential   read-out: potential, mV, each of 1 000 units
    noise  10 × PoissonSource
    ├─▶ excitatory  noisy: 30 synapses, 60 pA, 1 step
    └═▶ noise       read-out: rate, Hz, mean of 10 units, low-pass, tau 50 ms
    outside  PoissonDrive, rate 8 Hz, trains 1000, weight 0.1 mV
    └─▶ inhibitory"
  `);
});

test("a brain is written as a flowchart of Mermaid", () => {
  expect(brainMermaid(small)).toMatchInlineSnapshot(`
    "flowchart LR
      p0["excitatory<br>4 000 × LeakySoma"]
      p1["inhibitory<br>1 000 × LeakySoma, inhibitory"]
      p2(["noise<br>10 × PoissonSource"])
      d0(["outside<br>PoissonDrive, rate 8 Hz, trains 1000, weight 0.1 mV"])
      r0[/"left<br>rate × 0.02, mean of 3 units, low-pass, tau 20 ms"/]
      r1[/"potential<br>potential, mV, each of 1 000 units"/]
      r2[/"noise<br>rate, Hz, mean of 10 units, low-pass, tau 50 ms"/]
      p0 -- "ee<br>≈ 320 000 synapses<br>87.81 ± 8.781 pA" --- p0
      p0 -- "ei<br>100 000 synapses<br>0.1 mV" --> p1
      p1 -- "ie<br>4 M synapses<br>20 pA" --o p0
      p2 -- "noisy<br>30 synapses<br>60 pA" --> p0
      d0 --> p1
      p0 ==> r0
      p1 ==> r1
      p2 ==> r2
      style p1 stroke-dasharray: 4
    "
  `);
});

test("a brain is told in tables", () => {
  expect(brainTable(small)).toMatchInlineSnapshot(`
    {
      "drives": [
        {
          "drive": "PoissonDrive, rate 8 Hz, trains 1000, weight 0.1 mV",
          "name": "outside",
          "synapse": "DeltaSynapse",
          "to": "inhibitory",
        },
      ],
      "name": "Small",
      "populations": [
        {
          "inhibitory": 0,
          "kind": "soma",
          "model": "LeakySoma",
          "name": "excitatory",
          "parameters": "threshold −50 mV",
          "units": 4000,
        },
        {
          "inhibitory": 1000,
          "kind": "soma",
          "model": "LeakySoma",
          "name": "inhibitory",
          "parameters": "",
          "units": 1000,
        },
        {
          "inhibitory": 0,
          "kind": "spikeSource",
          "model": "PoissonSource",
          "name": "noise",
          "parameters": "rate 8 Hz",
          "units": 10,
        },
      ],
      "projections": [
        {
          "delay": "1 … 2.5 ms",
          "exact": false,
          "from": "excitatory",
          "layout": "auto",
          "name": "ee",
          "rule": "pairwiseBernoulli, probability 0.02",
          "synapse": "ExponentialSynapse, tau 2 ms",
          "synapses": 320000,
          "to": "excitatory",
          "weight": "87.81 ± 8.781 pA",
        },
        {
          "delay": "1.5 ms",
          "exact": true,
          "from": "excitatory",
          "layout": "auto",
          "name": "ei",
          "rule": "fixedInDegree, inDegree 100, no multapses",
          "sign": 1,
          "synapse": "DeltaSynapse",
          "synapses": 100000,
          "to": "inhibitory",
          "weight": "0.1 mV",
        },
        {
          "delay": "1 step",
          "exact": true,
          "from": "inhibitory",
          "layout": "auto",
          "name": "ie",
          "rule": "allToAll, no autapses",
          "sign": -1,
          "synapse": "ExponentialSynapse, tau 2 ms",
          "synapses": 4000000,
          "to": "excitatory",
          "weight": "20 pA",
        },
        {
          "delay": "1 step",
          "exact": true,
          "from": "noise",
          "layout": "auto",
          "name": "noisy",
          "rule": "fixedOutDegree, outDegree 3",
          "sign": 1,
          "synapse": "ExponentialSynapse, tau 2 ms",
          "synapses": 30,
          "to": "excitatory",
          "weight": "60 pA",
        },
      ],
      "readouts": [
        {
          "filter": "low-pass, tau 20 ms",
          "from": "excitatory",
          "mean": true,
          "name": "left",
          "of": "rate × 0.02",
          "units": 3,
        },
        {
          "filter": "none",
          "from": "inhibitory",
          "mean": false,
          "name": "potential",
          "of": "potential, mV",
          "units": 1000,
        },
        {
          "filter": "low-pass, tau 50 ms",
          "from": "noise",
          "mean": true,
          "name": "noise",
          "of": "rate, Hz",
          "units": 10,
        },
      ],
      "signals": [],
    }
  `);
});

test("every rule and every kind of values has words", () => {
  const soma = LeakySoma({ potentialTau: [10, 20, 30] });
  const synapse = fast;
  const projection = { from: "a", to: "a", synapse } as const;
  const { projections, populations } = brainTable(
    brain({
      populations: { a: soma, b: AdaptiveLeakySoma({ units: [3], thresholdTau: uniform({ min: 50, max: 90 }) }) },
      projections: {
        one: { ...projection, connect: oneToOne(), weight: [1, 2, 3], delay: bySource([1, 2, 3]) },
        total: { ...projection, connect: fixedTotalNumber({ total: 7 }), weight: logNormal({ median: 2, sigma: 0.5 }) },
        all: { ...projection, connect: allToAll({ autapses: false }), weight: byDistance({ offset: 5, slope: -0.1 }) },
        near: {
          ...projection,
          connect: distanceBernoulli({ probability: { gaussian: { peak: 0.5, width: 2 } } }),
          weight: normal({ mean: -5, std: 1, max: 0 }),
        },
        listed: {
          ...projection,
          connect: explicit({ sources: [0, 1], targets: [1, 2], weights: [3, 4], delays: [1, 2] }),
        },
      },
      positions: { a: [[0], [1], [2]] },
    }),
  );
  expect(populations.map(({ units, parameters }) => [units, parameters])).toEqual([
    [3, "potentialTau 3 values, ms"],
    [3, "thresholdTau 50 … 90 ms"],
  ]);
  expect(projections.map(({ rule, synapses, weight, sign, delay }) => [rule, synapses, weight, sign, delay])).toEqual([
    ["oneToOne", 3, "3 values, pA", undefined, "by source unit, ms"],
    ["fixedTotalNumber, total 7", 7, "2 pA log-normal, sigma 0.5", 1, "1 step"],
    ["allToAll, no autapses", 6, "5 + −0.1·distance pA", undefined, "1 step"],
    ["distanceBernoulli, probability gaussian (peak 0.5, width 2)", undefined, "−5 ± 1 pA", -1, "1 step"],
    ["explicit", 2, "2 values, pA", undefined, "2 values, ms"],
  ]);
});
