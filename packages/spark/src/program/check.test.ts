import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkOf, randomRecipe } from "../../test/conformance/networks.test-support.ts";
import { declare, recipes, unlessCountless } from "../../test/conformance/random-soma.test-support.ts";
import { receptorOf, spread } from "../../test/conformance/receptor.test-support.ts";
import { wide } from "../../test/conformance/wide-soma.test-support.ts";
import { openInterpreter } from "../backend/interpreter/engine.ts";
import { type Binding, compileComponent } from "../compile/compile.ts";
import type { Component } from "../model/component.ts";
import type { Synapse } from "../model/synapse.ts";
import { LeakySoma, somas } from "../somas/index.ts";
import { sources } from "../sources/index.ts";
import { synapses } from "../synapses/index.ts";
import { checkProgram } from "./check.ts";
import { checkNetwork } from "./check-network.ts";
import type { Machine } from "./machine.ts";
import type { NetworkProgram } from "./network.ts";
import type { Buffer, Kernel, Node, Program } from "./program.ts";

type Create<T> = (config: object) => T;

const everyInput: readonly Binding[] = [
  { kind: "scalar" },
  { kind: "unit" },
  { kind: "row" },
  { kind: "rowUnit" },
  { kind: "rowBit", signed: false },
  { kind: "rowBit", signed: true },
];

describe.each(["f32", "f64"] as const)("programs in %s obey the rules:", (precision) => {
  test.each(Object.entries({ ...somas, ...sources }) as [string, Create<Component>][])("of %s", (_, create) => {
    for (const units of [1, 33, 100]) {
      for (const current of [[], everyInput]) {
        const component = create({ units: [units] });
        const config = spread(component.model.fields, units);
        for (const each of [component, create({ ...config, units: [units] })]) {
          const inputs = { current, inSpikes: current.filter(({ kind }) => kind === "rowBit") };
          expect(checkProgram(compileComponent(each.build({}, { dt: 0.5 }), { precision, inputs }))).toEqual([]);
        }
      }
    }
  });

  test.each(Object.entries(synapses) as [string, Create<Synapse>][])("of a soma with %s", (_, create) => {
    for (const currentOf of create({}).model.currentOf === undefined ? [undefined] : ["mean", "value"]) {
      const config = { ...spread(create({}).model.fields, 40), ...(currentOf && { currentOf }) };
      const program = compileComponent(LeakySoma({ units: [40] }).build({}, { dt: 0.5 }), {
        precision,
        inputs: {},
        receptors: [receptorOf(create(config), 40, 0.5)],
      });
      expect(checkProgram(program)).toEqual([]);
    }
  });

  test("of random somas, and of a soma with many fields", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const program = unlessCountless(() =>
          compileComponent(declare(recipe)({ units: [5] }).build({}, { dt: 0.1 }), {
            precision,
            inputs: { current: everyInput },
          }),
        );
        expect(checkProgram(program)).toEqual([]);
      }),
      { numRuns: 100 },
    );
    expect(checkProgram(compileComponent(wide(), { precision, inputs: { current: everyInput } }))).toEqual([]);
  });
});

test("random networks obey the rules", () => {
  for (let seed = 0; seed < 60; seed++) {
    const network = networkOf(randomRecipe(seed));
    const machine = openInterpreter().create(network) as Machine;
    expect(
      checkNetwork(
        network,
        network.bundles.map((_, b) => machine.parts(b)),
      ),
    ).toEqual([]);
  }
});

const sound = compileComponent(LeakySoma({ units: [40], threshold: new Array(40).fill(-50) }).build(), {
  precision: "f32",
  inputs: { current: everyInput },
});
const withBuffer = (name: string, change: Partial<Buffer>): Program => ({
  ...sound,
  buffers: sound.buffers.map((buffer) => (buffer.name === name ? { ...buffer, ...change } : buffer)),
});
const withStep = (change: (kernel: Kernel) => Partial<Kernel>): Program => ({
  ...sound,
  step: { ...sound.step, ...change(sound.step) },
});
const withNode = (op: Node["op"], change: (node: Node) => object): Program =>
  withStep(({ nodes }) => {
    const place = nodes.findIndex((node) => node.op === op);
    return { nodes: nodes.map((node, k) => (k === place ? ({ ...node, ...change(node) } as Node) : node)) };
  });

test.each<readonly [string, Program, RegExp]>([
  ["units that are not padded", { ...sound, padded: 48 }, /padded is 48; it must be 64/],
  ["a block that is not whole words", { ...sound, block: 40 }, /block is 40/],
  ["a state of another length", withBuffer("soma.potential", { length: 40 }), /soma\.potential has 40 values/],
  ["a state with rows", withBuffer("soma.potential", { perStep: true }), /perStep must be false/],
  ["spikes in floats", withBuffer("soma.outSpikes", { type: "float", length: 64 }), /role spikes and the type float/],
  ["a load of another type", withBuffer("soma.potential", { type: "int" }), /its type is int/],
  ["too many initial values", withBuffer("soma.potential", { initial: new Array(65).fill(0) }), /65 initial values/],
  ["equal names", withBuffer("soma.outSpikes", { name: "soma.potential" }), /has the name of buffer 0/],
  ["an argument that comes later", withNode("mul", () => ({ args: [0, 10_000] })), /node 10000 as argument 1/],
  ["one argument too many", withNode("mul", () => ({ args: [0, 0, 0] })), /has 3 arguments; it must have 2/],
  ["a result of another type", withNode("mul", () => ({ dtype: "int" })), /has the type int; it must be float/],
  ["a wrong flag", withNode("load", ({ uniform }) => ({ uniform: !uniform })), /has uniform/],
  ["a constant in double precision", withNode("constant", () => ({ value: 0.1 })), /value 0\.1/],
  ["a load from a missing buffer", withNode("load", () => ({ buffer: 99 })), /loads buffer 99/],
  [
    "a store of a missing node",
    withStep(({ stores }) => ({ stores: [{ ...stores[0]!, node: 999 }] })),
    /stores node 999/,
  ],
  ["two stores", withStep(({ stores }) => ({ stores: [...stores, stores[0]!] })), /a second time/],
  ["a rare number", withStep(({ stores }) => ({ rare: stores.find(({ at }) => at === "unit")!.node })), /not a bool/],
  [
    "a store to an input",
    withBuffer("soma.outSpikes", { role: "input" }),
    /must not write soma\.outSpikes of role input with rowBit/,
  ],
  ["fading of spikes", { ...sound, fade: sound.step }, /fade: .* must not (load|write)/],
  ["a wrong buffer of spikes", { ...sound, spikes: 0 }, /spikes is buffer 0/],
  [
    "an observable of another type",
    { ...sound, observables: sound.observables.map((one) => ({ ...one, type: "int" as const })) },
    /which is not of type int/,
  ],
])("a program with %s is found", (_, program, message) => {
  expect(checkProgram(sound)).toEqual([]);
  expect(checkProgram(program).join("\n")).toMatch(message);
});

const seedOf = (wanted: (network: NetworkProgram) => boolean): NetworkProgram => {
  for (let seed = 0; ; seed++) {
    const network = networkOf(randomRecipe(seed));
    if (wanted(network)) return network;
  }
};
const network = seedOf(
  ({ bundles, shards, populations }) =>
    bundles.length > 1 && shards.length > 1 && populations.length > 1 && bundles[0]!.shards.some(({ row }) => row),
);
const withBundle = (change: object): NetworkProgram => ({
  ...network,
  bundles: network.bundles.map((bundle, b) => (b === 0 ? { ...bundle, ...change } : bundle)),
});
const [first] = network.bundles;

test.each<readonly [string, NetworkProgram, RegExp]>([
  ["wrong source numbers", renumbered(1), /has the first source/],
  ["a longest delay that is too short", { ...network, longestDelay: network.longestDelay - 1 }, /longest/],
  ["descending delays", withBundle({ delays: Int32Array.of(3, 2) }), /has the delays 3,2/],
  ["shards that omit units", { ...network, shards: network.shards.slice(1) }, /continue at unit|parts for/],
  ["too few slots", { ...network, slots: 0 }, /has 0 slots/],
  [
    "bundles out of order",
    { ...network, bundles: [...network.bundles].reverse() },
    /after bundles of later populations/,
  ],
  [
    "descending offsets",
    withBundle({ shards: first!.shards.map((shard) => ({ ...shard, offsets: shard.offsets.slice().reverse() })) }),
    /descending offsets/,
  ],
  [
    "rows of a wrong length",
    withBundle({ shards: first!.shards.map((shard) => ({ ...shard, row: { first: 0, length: 5 } })) }),
    /rows of 5 weights/,
  ],
])("a network with %s is found", (_, wrong, message) => {
  expect(checkNetwork(network)).toEqual([]);
  expect(checkNetwork(wrong).join("\n")).toMatch(message);
});

function renumbered(by: number): NetworkProgram {
  return {
    ...network,
    populations: network.populations.map((own) => ({ ...own, firstSource: own.firstSource + by })),
  };
}
