import { describe, expect, test } from "vitest";
import { interpreter } from "../../src/backend/interpreter/interpreter.ts";
import { InterpreterNetwork } from "../../src/backend/interpreter/network.ts";
import { createNative, createNativeNetwork, nativeAvailable } from "../../src/backend/native/native.ts";
import { createNetwork } from "../../src/backend/wasm/network/network.ts";
import { wasm } from "../../src/backend/wasm/wasm.ts";
import { compileComponent } from "../../src/compile/compile.ts";
import { FADE_STEPS } from "../../src/compile/fade.ts";
import type { Precision } from "../../src/config/parse.ts";
import { compile } from "../../src/entries/index.ts";
import type { Component } from "../../src/model/component.ts";
import type { Machine, NetworkMachine } from "../../src/program/machine.ts";
import type { NetworkProgram } from "../../src/program/network.ts";
import type { Program } from "../../src/program/program.ts";
import { somas } from "../../src/somas/index.ts";
import { networkOf, randomRecipe } from "./networks.test-support.ts";

const UNITS = 70;
/** Magnitudes from which states fade within some hundred steps, and the least number that is not subnormal. */
const FAINT = { f32: 1e-29, f64: 1e-270 } as const;
const LEAST = { f32: 2 ** -126, f64: 2 ** -1022 } as const;
const native = nativeAvailable().available;

const machinesOf = (program: Program): Machine[] => [
  interpreter.create(program),
  wasm.create(program),
  ...(native ? [1, 3].map((threads) => createNative({ ...program, block: 32 }, { threads, leastWork: 0 })) : []),
];

/** A soma without input whose floats start faint, of both signs; the last unit's are no numbers. */
const silent = (create: (config: object) => Component, precision: Precision): Program => {
  const built = create({ units: [UNITS] }).build({}, { dt: 0.5 });
  const records = Object.keys(built.model.observables).map((name) => ({ name }));
  const program = compileComponent(built, { precision, rows: 100, inputs: {}, spikes: true, records });
  const faint = Float64Array.from({ length: UNITS }, (_, unit) => {
    if (unit === UNITS - 1) return Number.NaN;
    return FAINT[precision] * (unit % 3 === 0 ? -1 : 1) * (1 + unit);
  });
  const buffers = program.buffers.map((buffer) =>
    buffer.role === "state" && buffer.type === "float" ? { ...buffer, initial: faint } : buffer,
  );
  return { ...program, buffers };
};

const floatStates = (machine: Machine): number[] =>
  machine.program.buffers.flatMap(({ role, type }, k) =>
    role === "state" && type === "float" ? [...machine.view(k).subarray(0, UNITS)] : [],
  );
/** All records of the first rows, without the padding. */
const recorded = (machine: Machine, rows: number): number[] =>
  machine.program.records.flatMap(({ buffer, width }) =>
    [...machine.view(buffer).subarray(0, rows * width)].filter((_, place) => place % width < UNITS),
  );
const isSubnormal = (value: number, precision: Precision): boolean => value !== 0 && Math.abs(value) < LEAST[precision];

describe("what fades", () => {
  for (const [name, create] of Object.entries(somas) as [string, (config: object) => Component][]) {
    for (const precision of ["f32", "f64"] as const) {
      test(`is never subnormal, ends at zero and has one course in all backends: ${name} in ${precision}`, () => {
        const program = silent(create, precision);
        const [meant, ...others] = machinesOf(program) as [Machine, ...Machine[]];
        let step = 0;
        for (let turn = 0; turn < 8; turn++) {
          for (const rows of [100, 1, 63, 64, 27]) {
            for (const machine of [meant, ...others]) {
              machine.view(program.schedule).set(program.records.flatMap(() => [0, 1, rows - 1]));
              machine.advance(step, rows);
            }
            step += rows;
            const states = floatStates(meant);
            expect(states.filter((value) => isSubnormal(value, precision))).toEqual([]);
            for (const machine of others) {
              expect(floatStates(machine)).toEqual(states);
              expect(recorded(machine, rows)).toEqual(recorded(meant, rows));
            }
          }
        }
        for (const machine of others) machine.dispose();
        const end = floatStates(meant);
        expect(new Set(end)).toEqual(new Set([0, Number.NaN]));
        expect(end.filter(Number.isNaN)).toHaveLength(end.length / UNITS);
      });
    }
  }

  test("fades by the number of the step, however the steps are divided", async () => {
    const soma = somas.AdaptiveLeakySoma({ units: [40], potentialReset: { uniform: { min: -60, max: -59 } } });
    const options = { dt: 0.5, dtype: "f32" } as const;
    const whole = await compile(soma, options);
    await whole.run({ duration: 1000 });
    const parts = await compile(soma, options);
    for (let step = 0; step < 100; step++) parts.step();
    await parts.run({ duration: 0.5 * 1700 });
    const last = await compile(soma, { ...options, backend: "interpreter" });
    last.restore(parts.snapshot());
    for (let step = 0; step < 150; step++) last.step();
    await last.run({ duration: 0.5 * 50 });
    expect(last.snapshot().state).toEqual(whole.snapshot().state);
  });
});

/** What a network's states are after some steps around a fading, all of them faint at first. */
const faded = (machine: NetworkMachine, { precision }: NetworkProgram): number[][] => {
  const states = machine.populations.flatMap((population) =>
    population.program.buffers.flatMap(({ name, role, type }, k) =>
      role === "state" && type === "float" && !name.endsWith(".arriving")
        ? [population.view(k).subarray(0, population.program.units)]
        : [],
    ),
  );
  states.forEach((view, k) => {
    for (let unit = 0; unit < view.length; unit++) view[unit] = FAINT[precision] * (k + 0.01 * unit);
  });
  for (const population of machine.populations) {
    const { records, schedule } = population.program;
    population.view(schedule).set(records.flatMap(() => [0, 1, -1]));
  }
  let step = FADE_STEPS - 10;
  for (const rows of [7, 3, 5]) {
    machine.advance(step, rows);
    step += rows;
  }
  const values = states.map((view) => [...view]);
  machine.dispose();
  return values;
};

const networks: Readonly<Record<string, (network: NetworkProgram) => NetworkMachine>> = {
  wasm: createNetwork,
  ...(native && {
    native: (network) => createNativeNetwork(network),
    "native on 2 threads": (network) => createNativeNetwork(network, { threads: 2, leastWork: 0 }),
  }),
};

test.each(Object.entries(networks))("a network's states fade alike in %s and in the interpreter", (_, create) => {
  let zeros = 0;
  for (let seed = 0; seed < 12; seed++) {
    const network = networkOf(randomRecipe(seed));
    const meant = faded(new InterpreterNetwork(network), network);
    expect(faded(create(network), network)).toEqual(meant);
    zeros += meant.flat().filter((value) => Object.is(value, 0)).length;
  }
  expect(zeros).toBeGreaterThan(12);
});
