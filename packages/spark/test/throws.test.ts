import { beforeAll, expect, test, vi } from "vitest";
import * as verbs from "../src/expr/verbs.ts";
import { configs, ports } from "./refusals/configs.test-support.ts";
import { declarations } from "./refusals/declarations.test-support.ts";
import { documentedErrors, documentedNames } from "./refusals/documented.test-support.ts";
import { analyses, documents, files } from "./refusals/files.test-support.ts";
import { inputs } from "./refusals/inputs.test-support.ts";
import { argumentsOfEveryKind, callThrough, functionsOf } from "./refusals/junk.test-support.ts";
import { rare } from "./refusals/rare.test-support.ts";
import { records, runs, simulations } from "./refusals/runs.test-support.ts";

/*
 * The doc comments of public functions say which errors they throw. Here, every public function notes the class of each
 * error that it throws in wrong uses: those of the tables, and arguments of every kind.
 */

const { noting, thrown } = await vi.hoisted(() => import("./refusals/noting.test-support.ts"));
vi.mock("../src/entries/index.ts", (load) => noting(load));
vi.mock("../src/entries/node.ts", (load) => noting(load));
const spark = await import("../src/entries/index.ts");
const node = await import("../src/entries/node.ts");

const functions: Readonly<Record<string, unknown>> = { ...spark };
/** Documented methods of public classes. */
const methods = documentedNames.filter((name) => /^(?:Simulation|SpikeArray)\.\w/.test(name));

/** The doc comments of the functions for equations, and of declared models, are those of their kind. */
const isExempt = (name: string): boolean => {
  const value = functions[name];
  return name in verbs || (typeof value === "function" && "model" in value);
};

const attempt = (call: () => unknown): Promise<void> => callThrough(call).catch(() => undefined);

beforeAll(async () => {
  const tables = [configs, ports, declarations, runs, inputs, records, simulations, documents, files, analyses];
  for (const [, call] of tables.flat()) await attempt(call);
  for (const call of rare) await attempt(call);
  // The functions of files would write files under names such as "x".
  for (const module of [spark, spark.analysis] as readonly Readonly<Record<string, unknown>>[]) {
    for (const name of functionsOf(module)) {
      const call = module[name] as (...given: readonly unknown[]) => unknown;
      for (const given of argumentsOfEveryKind()) await attempt(() => call(...given));
    }
  }
});

test("a public function documents the class of every error that it throws", () => {
  const missing = [...thrown].flatMap(([name, classes]) => {
    if (isExempt(name)) return [];
    const known = documentedErrors(name);
    return [...classes].filter((one) => !known.includes(one)).map((one) => `${name}: ${one}`);
  });
  expect(missing.sort()).toEqual([]);
});

test("a public function throws an error of every class that it documents", () => {
  const names = [...functionsOf(spark), ...functionsOf(spark.analysis), ...functionsOf(node), ...methods];
  const unseen = names.flatMap((name) =>
    documentedErrors(name)
      .filter((one) => !thrown.get(name)?.has(one))
      .map((one) => `${name}: ${one}`),
  );
  expect(unseen.sort()).toEqual([]);
});
