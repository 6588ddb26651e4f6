import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Precision } from "../../src/config/parse.ts";
import type { Component } from "../../src/model/component.ts";
import { FADE_STEPS } from "../../src/program/fading.ts";
import type { Engine, Machine } from "../../src/program/machine.ts";
import type { Program } from "../../src/program/program.ts";
import { somas } from "../../src/somas/index.ts";
import { backends, definition, describeEach, once, open } from "./backends.test-support.ts";
import { expectBits, type Outcome, pullState } from "./both.test-support.ts";
import { networkOf, randomRecipe, setupFor, stand } from "./networks.test-support.ts";
import { isStiff } from "./stiff.test-support.ts";

const UNITS = 70;
/** Magnitudes from which states fade within some hundred steps, and the least number that is not subnormal. */
const FAINT = { f32: 1e-29, f64: 1e-270 } as const;
const LEAST = { f32: 2 ** -126, f64: 2 ** -1022 } as const;

/** A soma without input whose floats start faint, of both signs; the last unit's are no numbers. */
const silent = (name: string, create: (config: object) => Component, precision: Precision): Program => {
  const built = create({ units: [UNITS] }).build({}, { dt: isStiff(name) ? 0.05 : 0.5 });
  const program = compileComponent(built, { precision, inputs: {} });
  const faint = Float64Array.from({ length: UNITS }, (_, unit) => {
    if (unit === UNITS - 1) return Number.NaN;
    return FAINT[precision] * (unit % 3 === 0 ? -1 : 1) * (1 + unit);
  });
  const buffers = program.buffers.map((buffer) =>
    buffer.role === "state" && buffer.type === "float" ? { ...buffer, initial: faint } : buffer,
  );
  return { ...program, block: 32, buffers };
};

const isSubnormal = (value: number, precision: Precision): boolean => value !== 0 && Math.abs(value) < LEAST[precision];

const floatStates = ({ buffers }: Program, { values }: Outcome): number[] =>
  buffers.flatMap(({ name, role, type }) => (role === "state" && type === "float" ? [...values.get(name)!] : []));

const silences = (["f32", "f64"] as const).flatMap((precision) =>
  (Object.entries(somas) as [string, (config: object) => Component][]).map(([name, create]) => ({
    title: `of ${name} in ${precision}: never subnormal, and zero in the end if rest is zero`,
    precision,
    // The upstroke or the channels of the others move their rest, and the dendrite of a coupled soma pulls at it. Most of
    // their states are no longer faint after some steps, so these somas run for a shorter time.
    isZeroAtRest: name.includes("Leaky") && !name.includes("Coupled"),
    program: once(() => silent(name, create, precision)),
  })),
);

/** A network's states after some steps around a fading, all of them faint at first. */
const faded = async (engine: Engine, seed: number): Promise<number[][]> => {
  const recipe = randomRecipe(seed);
  const network = networkOf(recipe);
  const { machine } = await stand(engine, network, setupFor(recipe, network));
  const states = floatsOf(machine);
  for (const [place, [p, k]] of states.entries()) {
    const view = machine.populations[p]!.view(k);
    const { units } = machine.populations[p]!.program;
    for (let unit = 0; unit < units; unit++) view[unit] = FAINT[network.precision] * (place + 0.01 * unit);
    await machine.push?.(p, k);
  }
  for (const { schedule } of machine.populations) schedule.set(schedule.map((_, k) => [0, 1, -1][k % 3]!));
  let step = FADE_STEPS - 10;
  for (const rows of [7, 3, 5]) {
    await machine.advance(step, rows);
    step += rows;
  }
  const values: number[][] = [];
  for (const [p, k] of states) values.push([...(await pullState(machine, p, k))]);
  machine.dispose();
  return values;
};

const floatsOf = (machine: Machine): (readonly [population: number, buffer: number])[] =>
  machine.populations.flatMap(({ program }, p) =>
    program.buffers.flatMap(({ role, type }, k) => (role === "state" && type === "float" ? [[p, k] as const] : [])),
  );

const networks = Array.from({ length: 12 }, (_, seed) => ({
  seed,
  meant: once(async () => faded(await open(definition), seed)),
}));

/** The slowest state of a leaky soma, with a time constant of 100 ms, has faded after 8 rounds. One round fades thrice. */
const roundsOf = (isZeroAtRest: boolean): number => (isZeroAtRest ? 8 : 1);

describeEach("lets the interpreter's values fade", ({ listed, engine }) => {
  // One backend tries all cases, the others a quarter of them each, and not the same one.
  const every = listed.share === 1 ? 1 : 4;
  for (const { title, precision, isZeroAtRest, program } of silences.filter(
    (_, k) => (k + backends.indexOf(listed)) % every === 0,
  )) {
    test(title, async () => {
      const chunks = Array.from({ length: roundsOf(isZeroAtRest) }, () => [100, 1, 63, 64, 27]).flat();
      const records = program().observables.map(({ name }) => ({ name }));
      const dues = records.map(() => ({ first: 0, every: 1, last: 99 }));
      const outcomes = await expectBits(engine(), program(), { chunks, records, dues });
      for (const outcome of outcomes) {
        expect(floatStates(program(), outcome).filter((value) => isSubnormal(value, precision))).toEqual([]);
      }
      const end = floatStates(program(), outcomes.at(-1)!);
      if (isZeroAtRest) expect(new Set(end)).toEqual(new Set([0, Number.NaN]));
      expect(end.filter(Number.isNaN)).toHaveLength(end.length / UNITS);
    });
  }

  test("by the number of the step, however the steps are divided", async () => {
    const soma = somas.AdaptiveLeakySoma({ units: [40], potentialReset: { uniform: { min: -60, max: -59 } } });
    const program = compileComponent(soma.build({}, { dt: 0.5 }), { precision: "f32", inputs: {} });
    const run = async (chunks: readonly number[]): Promise<Outcome> =>
      (await expectBits(engine(), program, { chunks })).at(-1)!;
    const whole = await run([2000]);
    const parts = await run([...new Array<number>(100).fill(1), 1700, ...new Array<number>(150).fill(1), 50]);
    for (const [name, values] of whole.values) {
      if (name !== "soma.outSpikes") expect(parts.values.get(name), name).toEqual(values);
    }
  });
});

describeEach(
  "lets the interpreter's values fade",
  ({ engine }) => {
    test("of networks", async () => {
      let zeros = 0;
      for (const { seed, meant } of networks) {
        const values = await faded(engine(), seed);
        expect(values, `seed ${seed}`).toEqual(await meant());
        zeros += values.flat().filter((value) => Object.is(value, 0)).length;
      }
      expect(zeros).toBeGreaterThan(12);
    });
  },
  { needs: ["networks"] },
);
