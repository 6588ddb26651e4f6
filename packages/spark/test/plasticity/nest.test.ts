import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  brain,
  CentredPairStdp,
  compile,
  DeltaSynapse,
  InhibitoryStdp,
  NearestPairStdp,
  PairStdp,
  type Plasticity,
  PowerLawStdp,
  RestrictedPairStdp,
  ShortTermPlasticity,
  SpikeArray,
  SpikeReplay,
  TripletStdp,
} from "../../src/entries/index.ts";
import { Told } from "./told.test-support.ts";

/*
 * Weights that plastic synapses of NEST 3.10 give to two spike trains. Its tsodyks2 and restricted synapses behave as if
 * a presynaptic spike had arrived at 0 ms; the restricted one gets it here, too.
 */

interface Case {
  readonly name: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly weight: number;
  readonly pre: readonly number[];
  readonly post: readonly number[];
  readonly weights: readonly number[];
}
const { cases } = JSON.parse(readFileSync(new URL("../golden/nest-stdp.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

type P = Case["parameters"];
const pairs = (p: P) => ({
  preTau: p["tau_plus"]!,
  postTau: p["tau_minus"]!,
  rate: p["lambda"]!,
  asymmetry: p["alpha"]!,
  weightMax: p["Wmax"]!,
});
const rules: Readonly<Record<string, (p: P) => Plasticity>> = {
  stdp_synapse: (p) =>
    PairStdp({ ...pairs(p), potentiationExponent: p["mu_plus"]!, depressionExponent: p["mu_minus"]! }),
  stdp_nn_symm_synapse: (p) => NearestPairStdp(pairs(p)),
  stdp_nn_restr_synapse: (p) => RestrictedPairStdp(pairs(p)),
  stdp_nn_pre_centered_synapse: (p) => CentredPairStdp(pairs(p)),
  stdp_pl_synapse_hom: (p) => {
    const { weightMax: _, ...others } = pairs(p);
    return PowerLawStdp({ ...others, exponent: p["mu"]! });
  },
  stdp_triplet_synapse: (p) =>
    TripletStdp({
      preTau: p["tau_plus"]!,
      preSlowTau: p["tau_plus_triplet"]!,
      postTau: p["tau_minus"]!,
      postSlowTau: p["tau_minus_triplet"]!,
      pairPotentiation: p["Aplus"]!,
      tripletPotentiation: p["Aplus_triplet"]!,
      pairDepression: p["Aminus"]!,
      tripletDepression: p["Aminus_triplet"]!,
      weightMax: p["Wmax"]!,
    }),
  vogels_sprekeler_synapse: (p) =>
    InhibitoryStdp({
      tau: p["tau"]!,
      rate: p["eta"]!,
      rateTarget: (500 * p["alpha"]!) / p["tau"]!,
      weightMax: -p["Wmax"]!,
    }),
  tsodyks2_synapse: (p) =>
    ShortTermPlasticity({ release: p["U"]!, recoveryTau: p["tau_rec"]!, facilitationTau: p["tau_fac"]! }),
};

const DT = 0.1;
const stepsOf = (times: readonly number[]): Set<number> => new Set(times.map((time) => Math.round(time / DT)));

/** The weight after each presynaptic spike has arrived, or what the spike delivered. */
const weightsOf = async ({ model, parameters, weight, ...trains }: Case, dtype: "f32" | "f64"): Promise<number[]> => {
  const network = brain({
    populations: { pre: SpikeReplay({ units: [1] }), post: Told({ units: [1] }) },
    projections: {
      learning: {
        from: "pre",
        to: "post",
        connect: { allToAll: {} },
        weight: Math.abs(weight),
        synapse: DeltaSynapse(),
        plasticity: rules[model]!(parameters),
      },
    },
  });
  const simulation = await compile(network, { dt: DT, dtype });
  const [pre, post] = [stepsOf(trains.pre), stepsOf(trains.post)];
  const sends = model === "tsodyks2_synapse";
  const on = SpikeArray.fromIndices([0], [1]);
  const off = SpikeArray.fromIndices([], [1]);
  const weights: number[] = [];
  try {
    for (let step = 0; step <= Math.max(...pre); step++) {
      // A spike arrives one step after it was emitted.
      const emits = pre.has(step + 1) || (step === 0 && model === "stdp_nn_restr_synapse");
      const { post: target } = simulation.step({
        pre: { inSpikes: emits ? on : off },
        post: { current: post.has(step) ? 10 : 0 },
      });
      if (!pre.has(step)) continue;
      weights.push(sends ? target.potential.values[0]! : simulation.weights("learning").read()[0]!);
    }
  } finally {
    simulation.dispose();
  }
  return weights;
};

describe.each(cases)("$name", (one) => {
  test("gives NEST's weights to 1e-9 in double precision", async () => {
    const weights = await weightsOf(one, "f64");
    expect(weights.length).toBe(one.weights.length);
    for (const [k, weight] of weights.entries()) {
      const wanted = Math.abs(one.weights[k]!);
      expect(Math.abs(weight - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(wanted, 1e-3));
    }
  });

  test("gives them to 1e-3 of the largest weight in single precision", async () => {
    const weights = await weightsOf(one, "f32");
    const largest = Math.max(...one.weights.map(Math.abs));
    for (const [k, weight] of weights.entries()) {
      expect(Math.abs(weight - Math.abs(one.weights[k]!))).toBeLessThanOrEqual(1e-3 * largest);
    }
  });
});
