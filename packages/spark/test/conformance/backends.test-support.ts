import { afterAll, beforeAll, describe } from "vitest";
import { interpreter } from "../../src/backend/interpreter/interpreter.ts";
import { native, nativeAvailable } from "../../src/backend/native/native.ts";
import { wasm } from "../../src/backend/wasm/wasm.ts";
import type { Backend, Engine, EngineOptions } from "../../src/program/machine.ts";
import { openToy, toy } from "./toy.test-support.ts";

/** A way to run networks. All tests of conformance go through the list of them, and name no backend otherwise. */
export interface ListedBackend {
  readonly name: string;
  readonly backend: Backend;
  readonly options: EngineOptions;
  /** What it lacks, with the reason in words: a feature, or what a test is about. */
  readonly lacks: Readonly<Record<string, string>>;
  /**
   * Part of the random cases that it is tried with, where a case takes long: in native code the system's compiler does
   * the most of it.
   */
  readonly share: number;
  /** Why it is not tried here, as a sentence. */
  readonly skip?: string;
}

const alone = { threads: 1, worker: false, networks: true } as const;

const found = nativeAvailable();
const here = found.available ? {} : { skip: found.reason };

/** .ci/run tries no backend with more than a part of the random cases, and with fewer on a second version of Node. */
export const mostShare = Number(process.env["SPARK_TEST_SHARE"] ?? 1);

// Threads are used however little work there is, so that small networks are shared.
const listed: readonly ListedBackend[] = [
  { name: "interpreter", backend: interpreter(), options: alone, lacks: {}, share: 1 },
  { name: "toy", backend: toy, options: alone, lacks: {}, share: 0.25 },
  { name: "wasm", backend: wasm(), options: alone, lacks: {}, share: 1 },
  ...[2, 3].map((threads) => ({
    name: `wasm on ${threads} threads`,
    backend: wasm({ leastWork: 0 }),
    options: { ...alone, threads },
    lacks: {},
    share: 0.25,
  })),
  {
    name: "wasm on 2 other threads",
    backend: wasm({ leastWork: 0 }),
    options: { threads: 2, worker: true, networks: true },
    lacks: {},
    share: 0.1,
  },
  {
    name: "wasm in a worker",
    backend: wasm(),
    options: { threads: 1, worker: true, networks: false },
    lacks: { networks: "It is opened for populations without synapses." },
    share: 0.1,
  },
  { name: "native", backend: native(), options: alone, lacks: {}, share: 0.05, ...here },
  ...[2, 3].map((threads) => ({
    name: `native on ${threads} threads`,
    backend: native({ leastWork: 0 }),
    options: { ...alone, threads },
    lacks: {},
    share: 0.05,
    ...here,
  })),
];

export const backends: readonly ListedBackend[] = listed.map((one) => ({
  ...one,
  share: Math.min(one.share, mostShare),
}));

/** The backend that says what programs mean. */
export const definition: ListedBackend = backends[0]!;

export const open = ({ backend, options }: ListedBackend): Engine | Promise<Engine> => backend.open(options);

/** Why a backend is left out of tests that need some features; undefined where it is not. */
const obstacleOf = ({ skip, lacks, backend }: ListedBackend, needs: readonly string[]): string | undefined =>
  skip ??
  needs
    .map((need) => lacks[need] ?? (backend.lacks as Readonly<Record<string, string>>)[need])
    .find((reason) => reason !== undefined);

interface Tested {
  readonly listed: ListedBackend;
  /** The open engine; only within a test. */
  readonly engine: () => Engine;
}

/** Describes tests for each backend of the list; `others` leaves out the definition, which is what is compared with. */
export const describeEach = (
  about: string,
  tests: (tested: Tested) => void,
  { others = false, needs = [] }: { readonly others?: boolean; readonly needs?: readonly string[] } = {},
): void => {
  for (const listed of backends) {
    if (others && listed === definition) continue;
    // listed.test.ts tests that what is left out here is refused.
    if (obstacleOf(listed, needs) !== undefined) continue;
    describe(`${listed.name} ${about}`, () => {
      let engine: Engine | undefined;
      beforeAll(async () => {
        engine = await open(listed);
      });
      afterAll(() => engine?.close());
      tests({ listed, engine: () => expectOpen(engine) });
    });
  }
};

const expectOpen = (engine: Engine | undefined): Engine => {
  if (!engine) throw new Error("An engine is open only within a test.");
  return engine;
};

/** The part of some cases that a backend is tried with, the last one among them. */
export const partOf = <T>(cases: readonly T[], { share }: Pick<ListedBackend, "share">): T[] =>
  cases.filter((_, k) => (cases.length - 1 - k) % Math.round(1 / share) === 0);

/** Options of `simulate` and `compile` for a backend. */
export const choiceOf = ({ backend, options }: ListedBackend) => ({
  backend,
  threads: options.threads,
  worker: options.worker,
});

/**
 * The definition, which draws synapses by the toy backend: its own draws of thousands of numbers take seconds. Tests of
 * connectivity compare the draws of all backends.
 */
export const meaning: ListedBackend = {
  ...definition,
  backend: {
    ...definition.backend,
    open: async () => ({ ...(await open(definition)), drawer: openToy().drawer }),
  },
};

/** The backends that are there. */
export const presentBackends: readonly ListedBackend[] = [
  meaning,
  ...backends.filter((listed) => listed !== definition && listed.skip === undefined),
];

/** Makes a value when it is first needed. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
