import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import { field } from "../../src/config/field.ts";
import { StateError } from "../../src/errors/errors.ts";
import { add, mul, normalNoise } from "../../src/expr/verbs.ts";
import { source, sourceState } from "../../src/model/source.ts";
import type { Engine, Machine, Setup } from "../../src/program/machine.ts";
import type { NetworkProgram } from "../../src/program/network.ts";
import { LeakySoma } from "../../src/somas/index.ts";
import { definition, describeEach, open } from "./backends.test-support.ts";
import {
  attachAlone,
  expectBits,
  expectSameOutcomes,
  fillInputs,
  isSet,
  type Outcome,
  onlyOf,
  setupOf,
  spikesOf,
} from "./both.test-support.ts";
import {
  MOST_ROWS,
  type NetworkRecipe,
  networkOf,
  randomRecipe,
  runNetwork,
  setupFor,
  stand,
} from "./networks.test-support.ts";

/*
 * What machines promise beside the numbers of one run: to be set up anew while they stand, to take single steps, to
 * show their synapses and spikes, and to refuse what is wrong.
 */

/** A current with a memory. */
const wander = source(
  "Wander",
  { mean: field(40, "pA", "Mean."), step: field(60, "pA", "Size of a step.") },
  {
    about: "A walk that is pulled back.",
    state: { level: sourceState("pA", "Present current.") },
    step(x) {
      const level = add(mul(x.level, 0.9), mul(x.step, normalNoise("walk")));
      return { level, value: add(x.mean, level) };
    },
  },
);
const noise = {
  kind: "source",
  source: { model: wander, fields: { mean: 40, step: 60 }, seed: 3, start: {} },
} as const;

const synapsesOf = ({ bundles }: NetworkRecipe): number =>
  bundles.reduce((sum, { synapses }) => sum + synapses.length, 0);

/** Networks with records and synapses. */
const recipes: readonly NetworkRecipe[] = Array.from({ length: 40 }, (_, seed) => randomRecipe(seed))
  .filter((recipe) => recipe.populations.some(({ records }) => records?.length) && synapsesOf(recipe) > 100)
  .slice(0, 6);

/** The same populations with nothing to watch. */
const unwatched = ({ populations }: NetworkProgram, rows: number): Setup =>
  setupOf(
    populations.map(({ program }) => program),
    rows,
    [],
  );

/** Does something with a network on an engine; gives all that happened. */
type Deed = (engine: Engine, recipe: NetworkRecipe) => Promise<readonly Outcome[]>;

const expectSameDeed = async (engine: Engine, deed: Deed, recipe: NetworkRecipe): Promise<readonly Outcome[]> => {
  const found = await deed(engine, recipe);
  expectSameOutcomes(found, await deed(await open(definition), recipe), recipe.precision);
  return found;
};

const FIRST = [3, 7, 1];
const SECOND = [7, 2, 5, 7];
const BETWEEN = 11;

test("the networks of these tests spike and have synapses", async () => {
  expect(recipes).toHaveLength(6);
  expect(new Set(recipes.map(({ precision }) => precision)).size).toBe(2);
  for (const recipe of recipes) {
    const network = networkOf(recipe);
    const standing = await stand(await open(definition), network, setupFor(recipe, network));
    expect(spikesOf(await runNetwork(standing, FIRST))).toBeGreaterThan(5);
  }
});

describeEach(
  "keeps to the contract:",
  ({ engine }) => {
    test("probes that are attached to a standing machine see what they had seen from the start", async () => {
      for (const recipe of recipes) {
        const network = networkOf(recipe);
        const watched = setupFor(recipe, network);
        const late = await stand(engine(), network, unwatched(network, MOST_ROWS));
        await runNetwork(late, FIRST);
        await late.machine.attach(watched);
        const found = await runNetwork({ machine: late.machine, setup: watched }, SECOND, BETWEEN);
        late.machine.dispose();
        const early = await stand(engine(), network, watched);
        await runNetwork(early, FIRST);
        expectSameOutcomes(found, await runNetwork(early, SECOND, BETWEEN), "from the start");
        early.machine.dispose();
        await expectSameDeed(
          engine(),
          async (own) => {
            const { machine } = await stand(own, network, unwatched(network, MOST_ROWS));
            const before = await runNetwork({ machine, setup: unwatched(network, MOST_ROWS) }, FIRST);
            await machine.attach(watched);
            const after = await runNetwork({ machine, setup: watched }, SECOND, BETWEEN);
            machine.dispose();
            return [...before, ...after];
          },
          recipe,
        );
      }
    });

    test("probes that are detached leave the course as it is", async () => {
      for (const recipe of recipes) {
        const network = networkOf(recipe);
        const plain = unwatched(network, MOST_ROWS);
        const { machine } = await stand(engine(), network, setupFor(recipe, network));
        await runNetwork({ machine, setup: setupFor(recipe, network) }, FIRST);
        await machine.attach(plain);
        const found = await runNetwork({ machine, setup: plain }, SECOND, BETWEEN);
        machine.dispose();
        const never = await stand(engine(), network, plain);
        await runNetwork(never, FIRST);
        expectSameOutcomes(found, await runNetwork(never, SECOND, BETWEEN), "without probes");
        never.machine.dispose();
      }
    });

    test("a setup with other drives keeps states by their names, and starts new ones", async () => {
      const deed: Deed = async (own, recipe) => {
        const network = networkOf(recipe);
        const noisy = setupFor(recipe, networkOf(recipe, [{ kind: "scalar" }, noise, { kind: "rowUnit" }]));
        const quiet = setupFor(recipe, network);
        const { machine } = await stand(own, network, quiet);
        const outcomes: Outcome[] = [];
        let step = 0;
        for (const setup of [quiet, noisy, quiet, noisy]) {
          if (step > 0) await machine.attach(setup);
          outcomes.push(...(await runNetwork({ machine, setup }, FIRST, step)));
          step += BETWEEN;
        }
        machine.dispose();
        return outcomes;
      };
      for (const recipe of recipes) {
        const outcomes = await expectSameDeed(engine(), deed, recipe);
        const levels = (chunk: number) => [...outcomes[chunk]!.values].filter(([name]) => name.endsWith(".level"));
        expect(levels(2)).toEqual([]);
        expect(levels(4).length).toBe(recipe.populations.length);
        const traces = (chunk: number) => [...outcomes[chunk]!.values].filter(([name]) => name.endsWith(".age"));
        expect(traces(3)).not.toEqual([]);
      }
    });

    test("a setup may have longer and shorter chunks than the one before", async () => {
      for (const recipe of recipes) {
        const network = networkOf(recipe);
        const once = await stand(engine(), network, unwatched(network, 20));
        const meant = await runNetwork(once, [5, 2, 20, 1, 9]);
        once.machine.dispose();
        const { machine } = await stand(engine(), network, unwatched(network, 5));
        const found: Outcome[] = [];
        let step = 0;
        for (const [rows, chunks] of [
          [5, [5]],
          [2, [2]],
          [20, [20]],
          [9, [1, 9]],
        ] as const) {
          const setup = unwatched(network, rows);
          if (step > 0) await machine.attach(setup);
          found.push(...(await runNetwork({ machine, setup }, chunks, step)));
          step += chunks.reduce<number>((sum, count) => sum + count, 0);
        }
        expectSameOutcomes(found, meant, "in longer and shorter chunks");
        machine.dispose();
      }
    });

    test("one step at once is a chunk of one step, or the engine says why not", async () => {
      for (const recipe of recipes) {
        const network = networkOf(recipe);
        const setup = unwatched(network, MOST_ROWS);
        const { machine } = await stand(engine(), network, setup);
        if (!machine.stepNow) {
          expect(engine().noSteps).toMatch(/^[A-Z].*\.$/);
          machine.dispose();
          continue;
        }
        expect(engine().noSteps).toBeUndefined();
        await runNetwork({ machine, setup }, FIRST);
        const found: Outcome[] = [];
        const atOnce: Machine = Object.create(machine, {
          populations: { get: () => machine.populations },
          network: { value: machine.network },
          spikesBefore: { value: (step: number) => machine.spikesBefore(step) },
          advance: { value: (step: number) => machine.stepNow!(step) },
        });
        found.push(...(await runNetwork({ machine: atOnce, setup }, [1, 1, 1, 1, 1], BETWEEN)));
        machine.dispose();
        const other = await stand(engine(), network, setup);
        await runNetwork(other, FIRST);
        expectSameOutcomes(found, await runNetwork(other, [1, 1, 1, 1, 1], BETWEEN), "step by step");
        other.machine.dispose();
      }
    });

    test("weights are shown, and those that are written between two chunks are delivered", async () => {
      const run =
        (writes: boolean): Deed =>
        async (own, recipe) => {
          const network = networkOf(recipe);
          const setup = setupFor(recipe, network);
          const { machine } = await stand(own, network, setup);
          const outcomes = await runNetwork({ machine, setup }, FIRST);
          const shown = network.bundles.flatMap((_, b) => machine.parts(b).map(({ weights }) => weights.slice()));
          for (const b of network.bundles.keys()) {
            for (const { weights } of machine.parts(b)) {
              for (let k = 0; k < weights.length; k++) if (writes && weights[k] !== 0) weights[k] = (k % 9) * 31 - 70;
            }
          }
          outcomes.push(...(await runNetwork({ machine, setup }, SECOND, BETWEEN)));
          machine.dispose();
          const values = new Map(shown.map((weights, k) => [`weights ${k}`, weights]));
          return [...outcomes, { values, spikes: 0 }];
        };
      let changed = 0;
      for (const recipe of recipes) {
        const written = await expectSameDeed(engine(), run(true), recipe);
        const left = await run(false)(engine(), recipe);
        const weights = [...written.at(-1)!.values.values()];
        expect(weights.some((values) => values.some((value) => value !== 0))).toBe(true);
        try {
          expectSameOutcomes(written, left, "");
        } catch {
          changed++;
        }
      }
      expect(changed).toBeGreaterThan(3);
    });

    test("spikes under way are given as they were put, and others are dropped", async () => {
      for (const recipe of recipes) {
        const network = networkOf(recipe);
        const { machine, setup } = await stand(engine(), network, setupFor(recipe, network));
        const steps = Array.from({ length: network.longestDelay }, (_, k) => BETWEEN - network.longestDelay + k);
        const total = network.populations.reduce((sum, { program }) => sum + program.units, 0);
        const put = steps
          .filter((step) => step >= 0 && step % 2 === 0)
          .map((step) => ({ step, sources: Uint32Array.from(new Set([step % total, total - 1])).sort() }));
        machine.setSpikes(put);
        expect(machine.spikesBefore(BETWEEN)).toEqual(put);
        await runNetwork({ machine, setup }, [7, 7], BETWEEN);
        machine.setSpikes([]);
        expect(machine.spikesBefore(BETWEEN + 14)).toEqual([]);
        machine.dispose();
      }
    });

    test("spikes that the machine finds itself are those of the bits", async () => {
      for (const precision of ["f32", "f64"] as const) {
        const program = compileComponent(LeakySoma({ units: [150] }).build({}, { dt: 0.5 }), {
          precision,
          inputs: { current: [{ kind: "rowUnit" }] },
        });
        const machine = await attachAlone(engine(), program, { rows: 40 });
        fillInputs(onlyOf(machine), 3, 8000);
        await machine.advance(100, 40);
        const found: (readonly [number, number])[] = [];
        const known = onlyOf(machine).scanSpikes(31, 100, (steps, units) => {
          steps.forEach((step, k) => void found.push([step, units[k]!]));
        });
        const bits = onlyOf(machine).view(program.spikes!);
        const meant: (readonly [number, number])[] = [];
        for (let row = 0; row < 31; row++) {
          for (let unit = 0; unit < 150; unit++)
            if (isSet(bits, row * program.padded + unit)) meant.push([100 + row, unit]);
        }
        expect(meant.length).toBeGreaterThan(20);
        expect(found).toEqual(known ? meant : []);
        machine.dispose();
      }
    });

    test("memory that is given back does not show in later machines", async () => {
      for (const recipe of recipes) {
        const network = networkOf(recipe);
        const { machine, setup } = await stand(engine(), network, setupFor(recipe, network));
        await runNetwork({ machine, setup }, SECOND);
        if (machine.recycle) machine.recycle();
        else machine.dispose();
        const program = compileComponent(LeakySoma({ units: [90] }).build({}, { dt: 0.5 }), {
          precision: recipe.precision,
          inputs: { current: [{ kind: "rowUnit" }] },
        });
        await expectBits(engine(), program, { chunks: [7, 7], scale: 6000 });
        await expectSameDeed(
          engine(),
          async (own) => {
            const next = await stand(own, network, setup);
            const outcomes = await runNetwork(next, SECOND);
            next.machine.dispose();
            return outcomes;
          },
          recipe,
        );
      }
    });

    test("a machine refuses chunks that nothing is attached for, and all work once it is disposed", async () => {
      const program = compileComponent(LeakySoma({ units: [70] }).build({}, { dt: 0.5 }), {
        precision: "f32",
        inputs: {},
      });
      const machine = await attachAlone(engine(), program, { rows: 4 });
      await machine.advance(0, 4);
      await expect(async () => machine.advance(4, 5)).rejects.toThrow(StateError);
      await machine.advance(4, 4);
      machine.dispose();
      await expect(async () => machine.advance(8, 1)).rejects.toThrow(StateError);
      await expect(async () => machine.attach(setupOf([program], 4, []))).rejects.toThrow(StateError);
    });
  },
  { needs: ["networks"] },
);
