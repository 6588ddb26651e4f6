import {
  ConfigError,
  compile,
  LeakySoma,
  MemoryError,
  RefractoryLeakySoma,
  ShapeError,
  SpikeArray,
  StateError,
  simulate,
} from "../../src/entries/index.ts";
import { type Row, wrong } from "./row.test-support.ts";

const three = () => LeakySoma({ units: [3] });
const run = (options: object): Promise<unknown> => simulate(three(), wrong({ duration: 10, ...options }));
const withRecord = (record: unknown) => (): Promise<unknown> => run({ record });

const compiled = () => compile(three(), { dt: 1 });
export const runs: readonly Row[] = [
  [
    "a type in place of a component",
    () => simulate(wrong(LeakySoma), { duration: 1 }),
    ConfigError,
    "simulate takes a component; received its type LeakySoma. Call it: LeakySoma({ … }).",
  ],
  [
    "nothing in place of a component",
    () => compile(wrong(null)),
    ConfigError,
    "compile takes a component such as LeakySoma(); received null. Create a component first.",
  ],
  [
    "an unknown option",
    () => run({ backedn: "wasm" }),
    ConfigError,
    'simulate.backedn is unknown. Did you mean "backend"?',
  ],
  [
    "no options",
    () => simulate(three(), wrong(null)),
    ConfigError,
    "simulate takes an object of options; received null. Give one.",
  ],
  [
    "no duration",
    () => simulate(three(), wrong({})),
    ConfigError,
    "simulate.duration is missing. Give the duration of the run in ms.",
  ],
  [
    "a negative duration",
    () => run({ duration: -10 }),
    ConfigError,
    "simulate.duration must be greater than 0 ms; received -10 ms. Give the length of the run in ms.",
  ],
  [
    "a duration between two steps",
    () => run({ duration: 10.25, dt: 0.1 }),
    ConfigError,
    "simulate.duration must be a whole number of steps of 0.1 ms; received 10.25 ms. The nearest is 10.3 ms.",
  ],
  [
    "an unknown backend",
    () => run({ backend: "cuda" }),
    ConfigError,
    'simulate.backend must be one of wasm, native, fastest, interpreter; received "cuda". Omit it for the default.',
  ],
  [
    "two different steps",
    () => simulate(LeakySoma({ dt: 1 }), { duration: 1, dt: 0.5 }),
    ConfigError,
    "simulate.dt is 0.5, but LeakySoma.dt is 1. Set it in one place.",
  ],
  [
    "no memory",
    () => run({ memory: 0 }),
    ConfigError,
    "simulate.memory must be a number of bytes greater than 0; received 0. Leave it out for 2 GiB.",
  ],
  [
    "more records than memory",
    () => simulate(LeakySoma({ units: [1000] }), { duration: 100_000, record: { potential: true }, memory: 10e6 }),
    MemoryError,
    "memory must be at least … for this run (simulation …, potential …); received …. Multiply record.potential.every by …, record fewer units or a shorter window, use reduce, stream to files with a sink, or raise memory to ….",
  ],
  [
    "a start value of no state",
    () => run({ initial: { potental: -60 } }),
    ConfigError,
    'initial.potental is unknown. Did you mean "potential"?',
  ],
  [
    "a start value that is text",
    () => run({ initial: { potential: "rest" } }),
    ConfigError,
    'initial.potential must be a number, an array or an initializer; received "rest". Give one of these.',
  ],
];

export const records: readonly Row[] = [
  [
    "a record that is no object",
    withRecord(true),
    ConfigError,
    "record takes an object such as { outSpikes: true }; received true. Name the records.",
  ],
  [
    "an unknown variable",
    withRecord({ potental: true }),
    ConfigError,
    'record.potental is unknown. Did you mean "potential"?',
  ],
  [
    "a variable of another model",
    withRecord({ adaptation: true }),
    ConfigError,
    "record.adaptation is unknown. Known: outSpikes, rate, activeFraction, potential.",
  ],
  [
    "a misspelt option",
    withRecord({ potential: { evry: 2 } }),
    ConfigError,
    'record.potential.evry is unknown. Did you mean "every"?',
  ],
  [
    "every half step",
    withRecord({ potential: { every: 0.5 } }),
    ConfigError,
    "record.potential.every must be a whole number of at least 1; received 0.5. Give a count of steps.",
  ],
  [
    "a unit that is not there",
    withRecord({ potential: { units: [0, 3] } }),
    ConfigError,
    "record.potential.units[1] must be a whole number from 0 to 2; received 3. Count units from 0, row by row.",
  ],
  [
    "a unit twice",
    withRecord({ outSpikes: { units: [1, 1] } }),
    ConfigError,
    "record.outSpikes.units[1] must not repeat a unit; received 1 again. Remove it.",
  ],
  [
    "no units",
    withRecord({ outSpikes: { units: [] } }),
    ConfigError,
    "record.outSpikes.units must be a list of unit indices such as [0, 1]; received []. Leave it out for all units.",
  ],
  [
    "a window behind the run",
    withRecord({ potential: { from: 20 } }),
    ConfigError,
    "record.potential.from must leave at least one step within the run, 0 ms to 10 ms; received 20 ms to 10 ms. Move the window.",
  ],
  [
    "a window that ends before it begins",
    withRecord({ potential: { from: 5, to: 2 } }),
    ConfigError,
    "record.potential.to must be at least one step after from; received from 5 ms and to 2 ms. Widen the window.",
  ],
  [
    "a condition on a state that does not exist",
    withRecord({ outSpikes: { when: { potental: { above: -50 } } } }),
    ConfigError,
    'record.outSpikes.when.potental is unknown. Did you mean "potential"?',
  ],
  [
    "a look-back without a condition",
    withRecord({ potential: { before: 10 } }),
    ConfigError,
    "record.potential.before needs a condition. Add when or trigger, such as when: { outSpikes: { atLeast: 1 } }, or remove before.",
  ],
  [
    "a look-back that is finer than a step",
    withRecord({ potential: { trigger: "touch", before: 0.3 } }),
    ConfigError,
    "record.potential.before must be a whole number of steps of 1 ms; received 0.3 ms. The nearest is 1 ms.",
  ],
  [
    "an unknown reduction",
    withRecord({ potential: { reduce: "median" } }),
    ConfigError,
    'record.potential.reduce must be one of "mean", "std", "min", "max", "histogram"; received "median". Choose one of these.',
  ],
  [
    "a reduction that is not named",
    withRecord({ potential: { over: "time" } }),
    ConfigError,
    'record.potential.over needs reduce. Add reduce: "mean", or remove over.',
  ],
  [
    "rates without bins",
    withRecord({ rate: true }),
    ConfigError,
    "record.rate needs the width of its bins. Write rate: { bin: 10 } for bins of 10 ms.",
  ],
  [
    "bins that do not divide the run",
    withRecord({ rate: { bin: 3 } }),
    ConfigError,
    "record.rate.bin must divide the window of 10 ms; received 3 ms. Change the bin, or set from and to.",
  ],
];

export const simulations: readonly Row[] = [
  [
    "a session of an unknown option",
    async () => (await compiled()).start(wrong({ evry: 16 })),
    ConfigError,
    'start.evry is unknown. Did you mean "every"?',
  ],
  [
    "a session without a pace",
    async () => (await compiled()).start({ pace: 0 }),
    ConfigError,
    'start.pace must be a number greater than 0 or "fastest"; received 0. 1 is real time.',
  ],
  [
    "a session whose frames go nowhere",
    async () => (await compiled()).start({ onFrame: wrong("draw") }),
    ConfigError,
    'start.onFrame must be a function; received "draw". Give one that receives a frame.',
  ],
  [
    "a session with negative memory",
    async () => (await compiled()).start({ rewind: -1 }),
    ConfigError,
    "start.rewind must be a number of bytes of at least 0; received -1. Give 0 to keep nothing.",
  ],
  [
    "a session without memory",
    async () => (await compiled()).start({ memory: 100 }),
    MemoryError,
    "memory must be at least … for this run (simulation …); received …. Use fewer units, or raise memory to ….",
  ],
  [
    "a run during a session",
    async () => {
      const simulation = await compiled();
      await simulation.start({ paused: true });
      await simulation.run({ duration: 1 });
    },
    StateError,
    "Simulation is in a session. Use the methods of the session, or end it with stop() first.",
  ],
  [
    "a second session",
    async () => {
      const simulation = await compiled();
      await simulation.start({ paused: true });
      await simulation.start();
    },
    StateError,
    "Simulation is in a session. Use the methods of the session, or end it with stop() first.",
  ],
  [
    "a run without options",
    async () => (await compiled()).run(wrong(null)),
    ConfigError,
    "run takes an object of options; received null. Give one.",
  ],
  [
    "a step of too many currents",
    async () => (await compiled()).step({ current: Float32Array.of(1, 2, 3, 4) }),
    ShapeError,
    "step.current must contain 3 values; received 4. Give one value per unit.",
  ],
  [
    "a step of NaN",
    async () => (await compiled()).step({ current: Float32Array.of(1, Number.NaN, 3) }),
    ConfigError,
    "step.current[1] must be a finite number; received NaN pA. Give a number here.",
  ],
  [
    "a step of a plain array",
    async () => (await compiled()).step({ current: wrong([1, 2, 3]) }),
    ConfigError,
    "step.current must be a number, a typed array or a CurrentArray; received [1, 2, 3]. Give one value per unit, in pA.",
  ],
  [
    "a step of spikes of others",
    async () => (await compiled()).step({ inSpikes: SpikeArray.fromIndices([0], [64]) }),
    ShapeError,
    "step.inSpikes has shape [64], but the population has shape [3]. Give one value per unit.",
  ],
  [
    "a parameter that does not exist",
    async () => (await compiled()).get(wrong("treshold")),
    ConfigError,
    'get.treshold is unknown. Did you mean "threshold"?',
  ],
  [
    "a parameter out of its range",
    async () => (await compiled()).set("potentialTau", -3),
    ConfigError,
    "set.potentialTau must be greater than 0 ms; received -3 ms. The default is 20 ms.",
  ],
  [
    "a parameter of another shape",
    async () => (await compiled()).set("threshold", [-40, -41]),
    ShapeError,
    "set.threshold has shape [2], but the population has shape [3]. Give both the same shape.",
  ],
  [
    "a parameter after the end",
    async () => {
      const simulation = await compiled();
      simulation.dispose();
      simulation.set("threshold", -40);
    },
    StateError,
    "Simulation was used after dispose(). Compile it again.",
  ],
  [
    "the value of a parameter after the end",
    async () => {
      const simulation = await compiled();
      simulation.dispose();
      simulation.get("threshold");
    },
    StateError,
    "Simulation was used after dispose(). Compile it again.",
  ],
  [
    "spikes of a single component",
    async () => (await compiled()).inject("soma", [0]),
    ConfigError,
    "inject needs a network: a single component has no projections that spikes could take. Use brain().",
  ],
  [
    "spikes after the end",
    async () => {
      const simulation = await compiled();
      simulation.dispose();
      simulation.inject("soma", [0]);
    },
    StateError,
    "Simulation was used after dispose(). Compile it again.",
  ],
  [
    "forgetting changes after the end",
    async () => {
      const simulation = await compiled();
      simulation.dispose();
      simulation.forgetChanges();
    },
    StateError,
    "Simulation was used after dispose(). Compile it again.",
  ],
  [
    "an action of a trigger that does not exist",
    async () => (await compiled()).trigger("touch", wrong("on")),
    ConfigError,
    'trigger.touch must be "once", "start" or "stop"; received "on". Give one of these.',
  ],
  [
    "a trigger after the end",
    async () => {
      const simulation = await compiled();
      simulation.dispose();
      simulation.trigger("touch");
    },
    StateError,
    "Simulation was used after dispose(). Compile it again.",
  ],
  [
    "a trigger of no record",
    () => run({ record: { potential: { trigger: "touch" } }, changes: [{ at: 0, trigger: { tuch: "once" } }] }),
    ConfigError,
    'changes[0].trigger.tuch is no trigger of a record of this run. Did you mean "touch"?',
  ],
  [
    "a change that changes nothing",
    async () => simulate(three(), { duration: 10, changes: [{ at: 5 }] }),
    ConfigError,
    "changes[0] changes nothing. Give set, weights, inject or trigger.",
  ],
  [
    "a simulation after its end",
    async () => {
      const simulation = await compiled();
      simulation.dispose();
      simulation.step();
    },
    StateError,
    "Simulation was used after dispose(). Compile it again.",
  ],
  [
    "two runs at once",
    async () => {
      const simulation = await compiled();
      const first = simulation.run({ duration: 10 });
      try {
        await simulation.run({ duration: 10 });
      } finally {
        await first;
      }
    },
    StateError,
    "Simulation is running. Wait for run() before the next call.",
  ],
  [
    "a snapshot of another model",
    async () => (await compiled()).restore((await compile(RefractoryLeakySoma({ units: [3] }))).snapshot()),
    ConfigError,
    'snapshot.model must be "LeakySoma"; received "RefractoryLeakySoma". Restore it into the simulation that created it.',
  ],
  [
    "a snapshot of other units",
    async () => (await compiled()).restore((await compile(LeakySoma({ units: [2] }), { dt: 1 })).snapshot()),
    ShapeError,
    "snapshot.populations.soma must be [3]; received [2]. Restore it into the simulation that created it.",
  ],
  [
    "a snapshot that is none",
    async () => (await compiled()).restore(wrong({})),
    ConfigError,
    "snapshot must be a result of snapshot(); received {}. Give that object, or one from loadSnapshot.",
  ],
];
