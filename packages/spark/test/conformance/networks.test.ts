import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NetworkMachine } from "../../src/backend/backend.ts";
import { InterpreterNetwork } from "../../src/backend/interpreter/network.ts";
import { createNativeNetwork, nativeAvailable } from "../../src/backend/native/native.ts";
import { createNetwork } from "../../src/backend/wasm/network/network.ts";
import type { NetworkProgram } from "../../src/compile/network-program.ts";
import { wordsOf } from "../../src/compile/program.ts";
import { doubles } from "../../src/math/doubles.ts";
import { threefry } from "../../src/math/threefry.ts";
import { networkOf, randomRecipe } from "./networks.test-support.ts";

/** What networks run on, beside the interpreter, which says what they mean. */
const backends: Readonly<Record<string, (network: NetworkProgram) => NetworkMachine>> = {
  wasm: createNetwork,
  ...(nativeAvailable().available &&
    Object.fromEntries(
      [1, 2, 3, 7].map((threads) => [
        `native on ${threads} threads`,
        (network: NetworkProgram) => createNativeNetwork(network, { threads, leastWork: 0 }),
      ]),
    )),
};

/** A number that no kernel computes. */
const UNTOUCHED = -1234567;
const EVERY = 2;

/** Writes currents that make units spike now and then, and the schedule of the records. */
const feed = (machine: NetworkMachine, firstStep: number, rows: number): void => {
  machine.populations.forEach(({ program, view }, p) => {
    program.buffers.forEach((buffer, k) => {
      if (buffer.role !== "input" || k === program.schedule) return;
      const current = view.call(machine.populations[p], k);
      for (let row = 0; row < rows; row++) {
        for (let unit = 0; unit < program.units; unit++) {
          const [a] = threefry(doubles, { first: 5, second: p }, firstStep + row, unit);
          current[row * program.padded + unit] = (a >>> 0) % 5 === 0 ? 2000 : 100;
        }
      }
    });
    const { records, schedule } = program;
    for (const { buffer } of records) machine.populations[p]!.view(buffer).fill(UNTOUCHED);
    machine.populations[p]!.view(schedule).set(records.flatMap((_, k) => [k, EVERY + k, rows - 1]));
  });
};

/** All that a chunk leaves behind, by name. */
const outcome = (machine: NetworkMachine, rows: number, step: number): Record<string, unknown> => {
  const entries = machine.populations.flatMap((population, p) =>
    population.program.buffers.flatMap(({ name, role, type }, k): [string, unknown][] => {
      const { program } = population;
      const view = population.view(k);
      if (role === "state") return [[name, [...view.subarray(0, program.units)]]];
      if (type === "bits" && role === "record") return [[name, [...view.subarray(0, rows * wordsOf(program.padded))]]];
      const record = program.records.findIndex(({ buffer }) => buffer === k);
      if (record < 0) return [];
      const { width, list } = program.records[record]!;
      const used = list === undefined ? program.units : width;
      const values = [...view].filter((_, place) => place % width < used);
      return [[`${p}.${record}`, values]];
    }),
  );
  return {
    ...Object.fromEntries(entries),
    underWay: machine.spikesBefore(step).map((one) => [one.step, ...one.sources]),
  };
};

/** Advances by chunks and gives what each leaves. */
const outcomes = (machine: NetworkMachine, chunks: readonly number[], from = 0): Record<string, unknown>[] => {
  let step = from;
  return chunks.map((rows) => {
    feed(machine, step, rows);
    void machine.advance(step, rows);
    step += rows;
    return outcome(machine, rows, step);
  });
};

const CHUNKS = [1, 7, 3, 7, 7, 2, 7];

for (const [name, create] of Object.entries(backends)) {
  describe(`${name} and the interpreter give the same bits`, () => {
    test("of random networks, whatever their shards", () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const network = networkOf(randomRecipe(seed));
          const machine = create(network);
          expect(outcomes(machine, CHUNKS)).toEqual(outcomes(new InterpreterNetwork(network), CHUNKS));
          machine.dispose();
        }),
        { numRuns: 60 },
      );
    });

    test("after a restore with spikes under way", () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const network = networkOf(randomRecipe(seed));
          const [first, second] = [create(network), create(network)];
          outcomes(first, CHUNKS);
          const at = CHUNKS.reduce((sum, rows) => sum + rows, 0);
          // What the second did before must not be seen afterwards.
          outcomes(second, [5, 4]);
          second.setSpikes(first.spikesBefore(at));
          expect(second.spikesBefore(at)).toEqual(first.spikesBefore(at));
          first.populations.forEach(({ program }, p) => {
            program.buffers.forEach(({ role }, k) => {
              if (role === "state") second.populations[p]!.view(k).set(first.populations[p]!.view(k));
            });
          });
          expect(outcomes(second, CHUNKS, at)).toEqual(outcomes(first, CHUNKS, at));
          first.dispose();
          second.dispose();
        }),
        { numRuns: 30 },
      );
    });
  });
}

test("random networks have spikes that arrive", () => {
  const arrived = Array.from({ length: 40 }, (_, seed) => {
    const network = networkOf(randomRecipe(seed));
    const machine = new InterpreterNetwork(network);
    outcomes(machine, CHUNKS);
    return machine.populations.some(({ program, view }, p) =>
      program.buffers.some(
        ({ name }, k) => name.endsWith(".trace") && view.call(machine.populations[p], k).some((value) => value !== 0),
      ),
    );
  });
  expect(arrived.filter(Boolean).length).toBeGreaterThan(20);
});
