import { expect, test } from "vitest";
import { type CompileOptions, compileComponent } from "../compile/compile.ts";
import { gt, quantity } from "../expr/verbs.ts";
import type { Component, ComponentType } from "../model/component.ts";
import { soma } from "../model/soma.ts";
import { somas } from "./index.ts";

const options: CompileOptions = {
  precision: "f32",
  inputs: { current: [{ kind: "unit" }] },
};

test.each(Object.entries(somas) as [string, ComponentType][])(
  "%s has a port for jumps, which adds no node to a program without a connection to it",
  (_, create) => {
    const { step } = compileComponent((create({ units: [4] }) as Component).build(), options);
    expect(create.model.inputs["jump"]).toMatchObject({ payload: "JumpArray", unit: "mV", synaptic: true });
    const adding = step.nodes.filter((node) => "args" in node && node.args.some((k) => isNegativeZero(step.nodes[k]!)));
    expect(adding).toEqual([]);
    const same = step.nodes.filter((node) => node.op === "select" && node.args[1] === node.args[2]);
    expect(same).toEqual([]);
  },
);

const isNegativeZero = (node: { readonly op: string; readonly value?: number }): boolean =>
  node.op === "constant" && Object.is(node.value, -0);

test("a soma that does not use jumps has no such port", () => {
  const Deaf = soma(
    "Deaf",
    {},
    { about: "", step: (x) => ({ spikes: gt(x.potential, quantity(1, "mV")), potential: x.potential }) },
  );
  expect(Object.keys(Deaf.model.inputs)).toEqual(["current", "inSpikes"]);
});
