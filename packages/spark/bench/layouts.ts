import "spark-snn/node";
import {
  allToAll,
  brain,
  compile,
  ExponentialSynapse,
  explicit,
  fixedOutDegree,
  type Layout,
  normal,
  oneToOne,
  PoissonSource,
  type Projection,
  pairwiseBernoulli,
  RefractoryLeakySoma,
} from "spark-snn";

/*
 * npm run bench:layouts -- [--native | --wasm] [--f64] [--dense | --procedural] [UNITS …]: measures µs per spike that
 * targets this many units, by layout, on one thread, and the time of another layout relative to lists. Turns of both
 * alternate, and the ratio is the median of their ratios. The time without synapses is subtracted.
 */
const SOURCES = 500;
const RATE = 200;
const TURN = 100;
const TURNS = 25;
const SPIKES = (SOURCES * RATE * TURN) / 1000;
const given = (flag: string): boolean => process.argv.includes(`--${flag}`);
const dtype = given("f64") ? "f64" : "f32";
const sizes = process.argv.slice(2).map(Number).filter(Number.isFinite);
const backends = (["native", "wasm"] as const).filter((name) => !given(name === "native" ? "wasm" : "native"));

type Backend = (typeof backends)[number];
type Wire = Pick<Projection, "connect" | "weight">;

/** One synapse represents the network without synapses, so that it runs on the same kind of machine. */
const none: Wire = { connect: explicit({ sources: [0], targets: [0] }), weight: 0.001 };

/**
 * Returns a function that measures a turn in seconds of processor time, which depends less on other work than a clock.
 */
const timerOf = async (backend: Backend, units: number, wire: Wire, layout: Layout) => {
  const network = brain({
    populations: {
      noise: PoissonSource({ units: [SOURCES], rate: RATE }),
      cells: RefractoryLeakySoma({ units: [units] }),
    },
    projections: {
      wired: {
        from: "noise",
        to: "cells",
        delay: 0.1,
        synapse: ExponentialSynapse({ tau: 5 }),
        ...wire,
        layout,
      },
    },
  });
  const simulation = await compile(network, { dt: 0.1, seed: 1, dtype, backend, threads: 1 });
  await simulation.run({ duration: TURN });
  return {
    time: async () => {
      const before = process.cpuUsage();
      await simulation.run({ duration: TURN });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    },
    dispose: () => simulation.dispose(),
  };
};

const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const compare = async (
  backend: Backend,
  units: number,
  { name, wire, other }: { name: string; wire: Wire; other: "dense" | "procedural" },
): Promise<void> => {
  const idle = await timerOf(backend, units, none, "sparse");
  const lists = await timerOf(backend, units, wire, "sparse");
  const others = await timerOf(backend, units, wire, other);
  const turns: { lists: number; others: number }[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const base = await idle.time();
    turns.push({ lists: (await lists.time()) - base, others: (await others.time()) - base });
  }
  for (const timer of [idle, lists, others]) timer.dispose();
  const each = (key: "lists" | "others"): string =>
    ((medianOf(turns.map((turn) => turn[key])) / SPIKES) * 1e6).toFixed(2);
  const ratio = medianOf(turns.map((turn) => turn.others / turn.lists)).toFixed(2);
  console.log(backend, dtype, units, name, `lists ${each("lists")}  ${other} ${each("others")}  ratio ${ratio}`);
};

const drawn = normal({ mean: 0, std: 0.001 });

const dense = function* () {
  for (const [kind, weight] of Object.entries({ drawn, constant: 0.001 })) {
    for (const probability of [0.1, 0.2, 0.3, 0.5, 1]) {
      const connect = probability === 1 ? allToAll() : pairwiseBernoulli({ probability });
      yield { name: `${kind} ${probability}`, wire: { connect, weight }, other: "dense" as const };
    }
  }
};

const procedural = function* (units: number) {
  const wireOf = (connect: Wire["connect"]): Wire => ({ connect, weight: 0.001 });
  const other = "procedural" as const;
  if (units === SOURCES) yield { name: "one to one", wire: wireOf(oneToOne()), other };
  yield { name: "all to all", wire: wireOf(allToAll()), other };
  for (const share of [0.02, 0.1, 1]) {
    const connect = fixedOutDegree({ outDegree: Math.round(units * share) });
    yield { name: `out-degree ${share}`, wire: wireOf(connect), other };
  }
};

for (const backend of backends) {
  for (const units of sizes.length > 0 ? sizes : [500, 4000, 16_000]) {
    if (!given("procedural")) for (const one of dense()) await compare(backend, units, one);
    if (!given("dense")) for (const one of procedural(units)) await compare(backend, units, one);
  }
}
