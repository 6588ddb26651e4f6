import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  add,
  allToAll,
  analysis,
  brain,
  compile,
  csvRows,
  DeltaSynapse,
  drawnExperiment,
  ExponentialSynapse,
  encodeNpy,
  encodeNpz,
  eventsToCsv,
  experiment,
  FileError,
  field,
  frequencyCurve,
  gt,
  LeakySoma,
  readCsvStream,
  rheobase,
  type Simulation,
  simulate,
  simulatePrepared,
  soma,
  spikeSource,
  synapse,
  traceToCsv,
} from "../../src/entries/index.ts";
import {
  atomicStream,
  loadSnapshot,
  makeResultsFolder,
  markPartial,
  native,
  readFileStrict,
  recordToFolder,
  removeFile,
  saveSnapshot,
  writeAtomic,
} from "../../src/entries/node.ts";
import { bytes, wrong } from "./row.test-support.ts";

/* Wrong uses for classes of errors that the tables of messages do not contain. */

const unequal = { steps: [1, 2], units: [0] };
const window = { dt: 1, unitCount: 2, duration: 10, width: 1 };
const NotANumber = Float64Array.of(Number.NaN);
const nowhere = join(tmpdir(), "spark-snn no such folder", "file");
const aborted = { signal: AbortSignal.abort() };
const fields = { tau: field(5, "ms", "A time.") };
const about = "Adds a potential and a time.";

const Growing = soma("Growing", fields, {
  about: "Doubles in every step.",
  step: (x) => ({ spikes: gt(x.current, x.current), potential: add(add(x.potential, x.potential), x.jump) }),
});
const endless = { duration: 2000, dt: 1, initial: { potential: 1 } };

const misshapen = LeakySoma({ units: [2, 2], threshold: [[-40, -41]] });
const prepared = async (options: object): Promise<unknown> => {
  const read = await experiment({ ...endless, model: { soma: "Growing" } }, { models: { Growing } });
  return simulatePrepared(wrong(read.prepared), options);
};
async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield bytes(text);
}

const network = brain({
  populations: { a: LeakySoma({ units: [2] }) },
  projections: { aa: { from: "a", to: "a", connect: allToAll(), weight: 1, synapse: DeltaSynapse() } },
});
const compiled = (use: (simulation: Simulation<typeof network>) => unknown) => async (): Promise<void> => {
  const simulation = await compile(network, { dt: 1 });
  try {
    await use(simulation);
  } finally {
    simulation.dispose();
  }
};

const file = { csv: "a.csv", time: "time_ms", column: "current_pA" };
const document = { model: { soma: "LeakySoma" }, duration: 10, inputs: { current: file } };
const unreadable = async (): Promise<never> => {
  throw new FileError("a.csv cannot be read. Check it.");
};

/** A network with a projection. */
const looped = {
  populations: { a: { soma: "LeakySoma", units: [1] } },
  projections: {
    aa: { from: "a", to: "a", connect: { allToAll: {} }, weight: 1, synapse: { synapse: "DeltaSynapse" } },
  },
};

export const rare: readonly (() => unknown)[] = [
  ...Object.values(analysis).map((call) => () => (call as (...given: unknown[]) => unknown)(unequal, window)),
  () => analysis.pairCorrelations(unequal, { ...window, pairs: 1 }),
  () => analysis.trainsOf(unequal, { dt: 1, unitCount: 2 }),

  () => csvRows(["a"], [NotANumber]),
  () => csvRows(["a", "b"], [NotANumber]),
  () => encodeNpy({ data: NotANumber, shape: [2] }),
  () => encodeNpz({ "a/b": { data: NotANumber, shape: [1] } }),
  () => eventsToCsv({ steps: wrong([0]), units: wrong([0]) }, { dt: 1 }),
  () => eventsToCsv(wrong(unequal), { dt: 1 }),
  () => traceToCsv(wrong({ steps: [1], units: [0], values: NotANumber }), { dt: 1 }),
  () => traceToCsv(wrong({ steps: [1], units: [0], values: [] }), { dt: 1 }),
  () => experiment(document, { readFile: unreadable }),
  () => experiment({ model: { soma: "LeakySoma", units: [1e9] }, duration: 1 }, { memory: 1e6 } as never),

  async () => {
    const read = await experiment({ model: looped, duration: 1 });
    return drawnExperiment({ ...read, document: { ...read.document, model: {} } } as never);
  },

  () => frequencyCurve(LeakySoma, { currents: [300], duration: 10, ...aborted }),
  () => frequencyCurve(misshapen, { currents: [300], duration: 10 }),
  () => rheobase(LeakySoma, { duration: 10, ...aborted }),
  () => synapse("Wrong", fields, { about, weightUnit: "pA", step: (x) => ({ current: add(x.arriving, x.tau) }) }),
  () => spikeSource("Wrong", fields, { about, step: (x) => ({ spikes: gt(add(x.tau, 1), 0) }) }),

  () => compile(misshapen),
  () => simulate(misshapen, endless),
  () => simulate(Growing(), endless),
  () => prepared({}),
  () => prepared({ memory: 1 }),
  () => compile(Growing(), { backend: native({ environment: { PATH: "" } }) }),
  () => simulate(Growing(), { ...endless, backend: native({ environment: { PATH: "" } }) }),
  () => prepared({ backend: native({ environment: { PATH: "" } }) }),
  () => readCsvStream(chunks("a\nb\n"), { columns: ["a"] }),
  compiled((simulation) => simulation.projection("b")),
  compiled((simulation) => simulation.weights("b")),
  compiled((simulation) => simulation.run({ duration: 1, inputs: { a: { current: [1, 2, 3] } } })),
  compiled((simulation) => simulation.run({ duration: 1, memory: 1 })),
  compiled((simulation) => simulation.restore({ ...simulation.snapshot(), populations: { a: [3] } })),
  async () => {
    const simulation = await compile(Growing(), { dt: 1, initial: { potential: 1 } });
    await simulation.run({ duration: 2000 }).finally(() => simulation.dispose());
  },

  () => writeAtomic(nowhere, "text"),
  () => atomicStream(nowhere),
  () => readFileStrict(nowhere),
  () => loadSnapshot(nowhere),
  () => saveSnapshot(nowhere, wrong({})),
  () => recordToFolder(""),
  () => native({ threds: 2 } as never),
  () => markPartial(wrong("/dev/null/x")),
  () => makeResultsFolder(wrong("/dev/null/x"), wrong({ shown: "x", permit: "y" })),
  () => removeFile("/proc/self/status"),
  () => ExponentialSynapse(wrong(1)),
];
