import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { allToAll } from "../../src/connectivity/rule.ts";
import { BackendError, ConfigError } from "../../src/errors/errors.ts";
import { brain } from "../../src/graph/brain.ts";
import { plasticityRules } from "../../src/plasticity/index.ts";
import { compile } from "../../src/run/simulate.ts";
import { LeakySoma } from "../../src/somas/index.ts";
import { ExponentialSynapse } from "../../src/synapses/index.ts";
import { backends, type ListedBackend, open } from "./backends.test-support.ts";
import { networkOf, randomRecipe } from "./networks.test-support.ts";

const packages = fileURLToPath(new URL("../../..", import.meta.url));
const LIST = "spark/test/conformance/backends.test-support.ts";
/** Backends that a simulation can choose. The interpreter is what tests compare with. */
const chosen = /backend\/(wasm|native)\//;

const testsBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", "dist"].includes(entry.name) ? [] : testsBelow(path);
    return /\.test(-support)?\.ts$/.test(entry.name) ? [path] : [];
  });

/** Folder of a backend that a file lies in or imports from, such as "wasm"; undefined elsewhere. */
const backendAt = (path: string): string | undefined => chosen.exec(relative(packages, path))?.[1];

test("only the list of backends and the backends' own tests import a backend", () => {
  const wrong = testsBelow(packages).flatMap((path) => {
    const name = relative(packages, path);
    if (name === LIST || dirname(name) === "spark/src/backend") return [];
    const imports = [
      ...readFileSync(path, "utf8").matchAll(/(?:from|import|doMock|original<typeof import)\(?\s*"(\.[^"]+)"/g),
    ];
    const named = imports.map(([, target]) => backendAt(join(dirname(path), target!)));
    return named.some((backend) => backend !== undefined && backend !== backendAt(path)) ? [name] : [];
  });
  expect(wrong).toEqual([]);
});

test("backends of the list have names of their own, and say in sentences what they lack", () => {
  expect(new Set(backends.map(({ name }) => name)).size).toBe(backends.length);
  for (const { lacks, backend, skip } of backends) {
    const sentences = [...Object.values(lacks), ...Object.values(backend.lacks), ...(skip === undefined ? [] : [skip])];
    for (const sentence of sentences) expect(sentence).toMatch(/^\S.*\.$/);
  }
});

/** How each feature of the options is asked for. */
const asked: Readonly<Record<string, object>> = { threads: { threads: 2 }, worker: { worker: true } };

/** A network with a weight that learns. */
const learning = brain({
  populations: { cells: LeakySoma({ units: [2] }) },
  projections: {
    loop: {
      from: "cells",
      to: "cells",
      connect: allToAll(),
      weight: 1,
      synapse: ExponentialSynapse(),
      plasticity: Object.values(plasticityRules)[0]!(),
    },
  },
});

/** A network with a value that acts on another population. */
const signalling = brain({
  populations: { cells: LeakySoma({ units: [2] }) },
  signals: { loop: { from: "cells", of: "potential", scale: 1, to: "cells" } },
});

/** What networks use, with what messages call it. */
const used: Readonly<Record<string, readonly [typeof learning | typeof signalling, string]>> = {
  learning: [learning, "plasticity"],
  signals: [signalling, "signals"],
};

const kindsOf = (): ListedBackend[] => [...new Map(backends.map((listed) => [listed.backend.name, listed])).values()];

test.each(kindsOf())("$backend.name refuses what it lacks, with the reason", async ({ backend, skip }) => {
  for (const [feature, reason] of Object.entries(backend.lacks)) {
    if (used[feature]) {
      const [network, what] = used[feature];
      const refusal = await compile(network, { dt: 1, backend }).catch((e) => e);
      expect(refusal).toBeInstanceOf(BackendError);
      expect(refusal.message).toBe(`backend "${backend.name}" cannot run ${what}. ${reason}`);
      continue;
    }
    const refusal = await compile(LeakySoma({ units: [2] }), { dt: 1, backend, ...asked[feature] }).catch((e) => e);
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(refusal.issues).toMatchObject([{ path: `compile.${feature}`, message: expect.stringContaining(reason) }]);
  }
  if (skip === undefined) return;
  const refusal = await compile(LeakySoma({ units: [2] }), { dt: 1, backend }).catch((e) => e);
  expect(refusal).toBeInstanceOf(BackendError);
  expect(refusal.message).toContain(skip);
});

test.each(backends.filter(({ lacks }) => lacks["networks"] !== undefined))("$name refuses synapses", async (listed) => {
  const recipe = Array.from({ length: 10 }, (_, seed) => randomRecipe(seed)).find(({ bundles }) => bundles.length > 0)!;
  const engine = await open(listed);
  expect(() => engine.create(networkOf(recipe))).toThrow(BackendError);
  expect(() => engine.create(networkOf(recipe))).toThrow("has synapses");
  engine.close();
});
