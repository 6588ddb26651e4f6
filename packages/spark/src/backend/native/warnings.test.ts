import { spawnSync } from "node:child_process";
import { describe, expect } from "vitest";
import { receptorOf } from "../../../test/conformance/receptor.test-support.ts";
import { compileComponent } from "../../compile/compile.ts";
import { lt, pairedBits, quantity } from "../../expr/verbs.ts";
import type { Component } from "../../model/component.ts";
import { int } from "../../model/scope.ts";
import { soma } from "../../model/soma.ts";
import { AdaptiveLeakySoma, RefractoryLeakySoma } from "../../somas/leaky.ts";
import { PoissonSource } from "../../sources/index.ts";
import { AlphaSynapse } from "../../synapses/index.ts";
import { nativeTest } from "./native.test-support.ts";
import { networkText } from "./network/library.ts";
import { coreText } from "./pool/library.ts";
import { printProgram } from "./print.ts";

const UNITS = 40;

/** Draws in pairs, so that words of a draw are kept for a step. */
const Drawing = soma(
  "Drawing",
  {},
  {
    about: "Draws.",
    state: () => ({ drawn: int(0, "The last draw.") }),
    step: () => ({ spikes: lt(pairedBits("own"), 0), potential: quantity(0, "mV"), drawn: pairedBits("own") }),
  },
);

const texts = (["f32", "f64"] as const).flatMap((precision): [string, string][] => {
  const print = (name: string, ...[component, inputs, receptors]: Parameters<typeof compiled>): [string, string] => [
    `${name} in ${precision}`,
    printProgram(compiled(component, inputs, receptors)).text,
  ];
  const compiled = (
    component: Component,
    inputs: Parameters<typeof compileComponent>[1]["inputs"],
    receptors: NonNullable<Parameters<typeof compileComponent>[1]["receptors"]> = [],
  ) => compileComponent(component.build({}, { dt: 0.5 }), { precision, inputs, receptors });
  return [
    [`a network in ${precision}`, networkText(precision)],
    print("a refractory soma", RefractoryLeakySoma({ units: [UNITS] }), { current: [{ kind: "scalar" }] }),
    print("spikes and a sum as input", RefractoryLeakySoma({ units: [UNITS] }), {
      current: [{ kind: "row" }, { kind: "rowUnit" }],
      inSpikes: [{ kind: "rowBit", signed: true }],
    }),
    print("an adaptive soma with a drive", AdaptiveLeakySoma({ units: [UNITS] }), {}, [
      receptorOf(AlphaSynapse(), UNITS, 0.5),
    ]),
    print("a source of spikes", PoissonSource({ units: [UNITS] }), {}),
    print("draws in pairs", Drawing({ units: [UNITS] }), {}),
  ];
});

const compilers = ["gcc", "clang"].filter((name) => spawnSync(name, ["--version"]).status === 0);
const ways = [[], ["-DNARROW"], ["-DNARROW", "-DPLAIN"]];

for (const compiler of compilers) {
  describe(`${compiler} has no warning for`, () => {
    for (const [name, text] of [["the pool of threads", coreText], ...texts] as const) {
      nativeTest(name, () => {
        for (const flags of name.includes("network") || name.includes("pool") ? [[]] : ways) {
          const args = [
            "-std=gnu11",
            "-O1",
            "-march=native",
            "-fno-strict-aliasing",
            "-fwrapv",
            "-fsyntax-only",
            ...flags,
          ];
          const warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-psabi"];
          const { stderr } = spawnSync(compiler, [...args, ...warnings, "-x", "c", "-"], {
            input: text,
            encoding: "utf8",
          });
          expect(stderr).toBe("");
        }
      });
    }
  });
}
