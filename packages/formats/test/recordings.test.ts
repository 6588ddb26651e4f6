import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { findEnvironment } from "../../spark/bench/peers/environments.ts";
import { abf1, abf2, twoChannels } from "../src/abf/abf.test-support.ts";
import { openRecording, resultsToNwb } from "../src/index.ts";

/* Recordings that pyABF, NEST and pynwb wrote, and files that pyABF reads as this package does. */

const environments = {
  pyabf: findEnvironment("pyabf"),
  nest: findEnvironment("nest"),
  pynwb: findEnvironment("pynwb"),
};
for (const [name, python] of Object.entries(environments)) {
  if (!python) console.info(`${name} is not installed. npm run bench:peers -- --prepare installs it.`);
}
const folder = mkdtempSync(join(tmpdir(), "spark-recordings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runScript = <T>(python: string, script: string): T => {
  const path = fileURLToPath(new URL(`./python/${script}`, import.meta.url));
  const { stdout, stderr } = spawnSync(python, ["-W", "ignore", path, folder], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const line = stdout.split("\n").find((one) => one.startsWith("RESULT"));
  expect(line, stderr.slice(-3000)).toBeDefined();
  return JSON.parse(line!.slice(6)) as T;
};

const named = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) });

interface OfPyabf {
  readonly sweeps: number[][];
  readonly read: Readonly<
    Record<
      string,
      readonly {
        readonly name: string;
        readonly unit: string;
        readonly values: number[][];
        readonly commands: number[][];
      }[]
    >
  >;
}

const close = (found: Float64Array, expected: readonly number[], tolerance: number): void => {
  expect(found.length).toBe(expected.length);
  const worst = found.reduce((most, value, k) => Math.max(most, Math.abs(value - expected[k]!)), 0);
  expect(worst).toBeLessThan(tolerance);
};

test.runIf(environments.pyabf)(
  "Axon files of pyABF are read, and pyABF reads the same values and commands",
  async () => {
    const { epochs, ...command } = twoChannels.command!;
    const trains = [3, 4, 5, 7].map((shape) => ({ shape, level: 20, duration: 60, period: 20, width: 10 }));
    writeFileSync(join(folder, "one.abf"), abf1(twoChannels));
    writeFileSync(
      join(folder, "two.abf"),
      abf2({ ...twoChannels, command: { ...command, epochs: [...epochs, ...trains] } }),
    );
    const { sweeps, read } = runScript<OfPyabf>(environments.pyabf!, "pyabf_files.py");

    const [written] = (await openRecording([named("written.abf")])).channels;
    expect([written!.unit, written!.sweeps.length, written!.sweeps[0]!.interval]).toEqual(["mV", 4, 0.05]);
    // pyABF writes integers.
    for (const [k, sweep] of written!.sweeps.entries()) close(sweep.values(), sweeps[k]!, 0.02);

    for (const [name, expected] of Object.entries(read)) {
      const { channels } = await openRecording([named(name)]);
      for (const [k, one] of expected.entries()) {
        expect([channels[k]!.name, channels[k]!.unit]).toEqual([one.name, one.unit]);
        for (const [sweep, values] of one.values.entries()) close(channels[k]!.sweeps[sweep]!.values(), values, 1e-4);
      }
    }
    // Of ABF 1, pyABF takes the level of the first epoch as the holding level.
    const commands = (await openRecording([named("two.abf")])).channels.find(({ kind }) => kind === "command")!;
    for (const [sweep, values] of read["two.abf"]![0]!.commands.entries()) {
      close(commands.sweeps[sweep]!.values(), values, 1e-4);
    }
  },
);

interface OfNest {
  readonly spikes: (readonly [number, number])[];
  readonly samples: (readonly [number, number, number])[];
}

test.runIf(environments.nest)("files of NEST hold the recorded spikes and potentials, in ms and in steps", async () => {
  const { spikes, samples } = runScript<OfNest>(environments.nest!, "nest_recorders.py");
  expect(spikes.length).toBeGreaterThan(8);
  const filesOf = (label: string) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(label))
      .sort()
      .map(named);
  for (const label of ["ms", "steps"]) {
    const { spikes: found } = await openRecording(filesOf(`spikes-${label}`), { resolution: 0.1 });
    // NEST writes three decimals.
    close(
      found!.times,
      spikes.map(([time]) => time),
      6e-4,
    );
    expect([...found!.senders].sort()).toEqual(spikes.map(([, sender]) => sender).sort());
    const { channels } = await openRecording(filesOf(`potentials-${label}`), { resolution: 0.1 });
    expect(channels.map(({ name, unit }) => [name, unit])).toEqual(
      [1, 2, 3, 4].map((cell) => [`V_m of ${cell}`, "mV"]),
    );
    for (const [k, channel] of channels.entries()) {
      const own = samples.filter(([, sender]) => sender === k + 1);
      const [sweep] = channel.sweeps;
      close(
        sweep!.times!(),
        own.map(([time]) => time),
        1e-9,
      );
      close(
        sweep!.values(),
        own.map(([, , value]) => value),
        6e-4,
      );
    }
  }
});

test.runIf(environments.pynwb)("files of pynwb have their series and units", async () => {
  const { trains } = runScript<{ readonly trains: readonly (readonly number[])[] }>(
    environments.pynwb!,
    "write_nwb.py",
  );
  const { channels, spikes } = await openRecording([named("written.nwb")]);
  expect(channels.map(({ name, unit }) => [name, unit])).toEqual([
    ["response", "V"],
    ["stimulus", "A"],
  ]);
  const [response, stimulus] = channels.map(({ sweeps }) => sweeps[0]!);
  expect([response!.start, response!.interval]).toEqual([1500, 0.05]);
  const counted = Array.from({ length: 500 }, (_, k) => k);
  close(
    response!.values(),
    counted.map((k) => k * 1e-4 - 0.07),
    1e-12,
  );
  close(
    stimulus!.values(),
    counted.map((k) => k * 1e-12),
    1e-24,
  );
  const expected = trains.flatMap((train, row) => train.map((time) => [time * 1000, row])).sort(([a], [b]) => a! - b!);
  expect(Array.from(spikes!.times, (time, k) => [time, spikes!.senders[k]])).toEqual(expected);
});

interface OfNwb {
  readonly start: string;
  readonly identifier: string;
  readonly software: readonly (readonly string[])[];
  readonly script: string;
  readonly general: Readonly<Record<string, string | readonly string[] | null>>;
  readonly subject: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly population: readonly string[];
  readonly unit: readonly number[];
  readonly trains: readonly (readonly number[])[];
  readonly windows: readonly (readonly (readonly number[])[])[];
  readonly series: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly inspected: readonly (readonly [importance: string, check: string, message: string])[];
}

const metadata = {
  experimenter: ["Núñez, Ana M.", "O'Neil-Smith, J. R."],
  institution: "Universität Beispiel",
  lab: "Lab for models",
  keywords: ["simulation", "cortex"],
  experimentDescription: "A test of two populations.",
  subject: { id: "model-7", species: "Mus musculus", age: "P60D/P90D", sex: "F" },
};

test.runIf(environments.pynwb)("pynwb reads and validates results, and nwbinspector finds nothing", async () => {
  const potential = { ...{ name: "potential", unit: "mV", units: [0, 2], columns: 2 }, times: [0.5, 1, 1.5, 2, 2.5] };
  const values = Float32Array.from({ length: 10 }, (_, k) => -70 + k / 3);
  const current = { ...{ name: "inCurrent", unit: "pA", units: [1], columns: 1 }, times: [1, 2, 4] };
  const { bytes } = await resultsToNwb(
    [
      {
        ...{ name: "excitatory", units: 3, traces: [{ ...potential, values }] },
        spikes: { times: [0.3, 0.4, 1, 2.5], units: [2, 0, 2, 2], dt: 0.1, windows: [{ from: 0, to: 2.5 }] },
      },
      {
        ...{ name: "inhibitory", units: 2, traces: [{ ...current, values: Float64Array.of(1, 2, 3) }] },
        spikes: {
          times: [0.1],
          units: [1],
          dt: 0.1,
          recorded: [1],
          windows: [
            { from: 0, to: 1 },
            { from: 2, to: 2.5 },
          ],
        },
      },
    ],
    {
      sessionStart: "2024-03-01T12:00:00+01:00",
      software: [["spark-snn", "2.0.0"]],
      source: { name: "experiment.json", text: "{}" },
      ...metadata,
    },
  );
  writeFileSync(join(folder, "run.nwb"), bytes);
  const read = runScript<OfNwb>(environments.pynwb!, "read_nwb.py");
  expect(read).toMatchObject({
    ...{
      start: "2024-03-01T12:00:00+01:00",
      software: [["spark-snn", "2.0.0"]],
      script: "{}",
      errors: [],
      warnings: [],
    },
    columns: ["population", "unit", "spike_times", "obs_intervals"],
    population: ["excitatory", "excitatory", "excitatory", "inhibitory"],
    unit: [0, 1, 2, 1],
    trains: [[0.0004], [], [0.0003, 0.001, 0.0025], [0.0001]],
    windows: [
      [[0, 0.0025]],
      [[0, 0.0025]],
      [[0, 0.0025]],
      [
        [0, 0.001],
        [0.002, 0.0025],
      ],
    ],
    series: {
      "excitatory.potential": {
        ...{ unit: "volts", conversion: 1e-3, rate: 2000, start: 0.0005, timestamps: null },
        data: [0, 1, 2, 3, 4].map((row) => [values[2 * row], values[2 * row + 1]]),
      },
      "inhibitory.inCurrent": {
        ...{ unit: "amperes", conversion: 1e-12, rate: null, data: [1, 2, 3], timestamps: [0.001, 0.002, 0.004] },
      },
    },
  });
  const { experimenter, institution, lab, keywords, experimentDescription, subject } = metadata;
  expect(read.general).toEqual({
    ...{ session_description: "Simulation with spark-snn.", experiment_description: experimentDescription },
    ...{ experimenter, institution, lab, keywords },
  });
  const { id, ...others } = subject;
  expect(read.subject).toEqual({
    ...others,
    subject_id: id,
    description: "No animal: a simulation computed the data.",
  });
  // Of all levels of importance.
  expect(read.inspected).toEqual([]);
});

test.runIf(environments.pynwb)("without metadata, nwbinspector only misses who made the data, and where", async () => {
  // Two units, whose indices 0 and 1 must not be taken for truth values.
  const spikes = { times: [1, 2.5], units: [0, 1], dt: 0.1, windows: [{ from: 0, to: 3 }] };
  const { bytes } = await resultsToNwb([{ name: "cells", units: 2, spikes }], { sessionStart: "2024-03-01T12:00:00Z" });
  writeFileSync(join(folder, "run.nwb"), bytes);
  const read = runScript<OfNwb>(environments.pynwb!, "read_nwb.py");
  expect([read.errors, read.warnings]).toEqual([[], []]);
  expect(read.subject).toEqual({
    ...{ subject_id: "simulation", species: "http://purl.obolibrary.org/obo/NCBITaxon_32630", age: "P0D/", sex: "U" },
    description: "No animal: a simulation computed the data.",
  });
  expect(read.inspected.map(([level, check]) => [level, check]).sort()).toEqual([
    ["BEST_PRACTICE_SUGGESTION", "check_experimenter_exists"],
    ["BEST_PRACTICE_SUGGESTION", "check_institution"],
  ]);
});
