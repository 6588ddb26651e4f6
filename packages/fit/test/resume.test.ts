import {
  AdaptiveLeakySoma,
  type ComponentType,
  ConfigError,
  field,
  gt,
  mul,
  positive,
  quantity,
  relax,
  select,
  soma,
  sub,
} from "spark-snn";
import { describe, expect, test } from "vitest";
import { type FitOptions, type FitState, fit } from "../src/index.ts";
import { scale, simulateRecording } from "./data.test-support.ts";

const recording = await simulateRecording({ duration: 2000 });
const options: FitOptions = {
  recordings: [recording],
  fixed: scale,
  budget: { candidates: 700, generation: 64 },
};

/** A soma with the same name and fields for each factor, but other equations. */
const withFactor = (factor: number): ComponentType =>
  soma(
    "Mine",
    {
      potentialRest: field(-60, "mV", "Resting potential."),
      threshold: field(-45, "mV", "Threshold."),
      potentialReset: field(-58, "mV", "Potential after a spike."),
      potentialTau: field(20, "ms", "Time constant.", positive),
      resistance: field(0.1, "GΩ", "Resistance."),
    },
    {
      about: "A soma of its own.",
      step: (x) => {
        const drive = mul(quantity(factor, "1"), mul(x.resistance, x.current));
        const potential = relax(x.potential, drive, x.potentialTau);
        const spikes = gt(potential, sub(x.threshold, x.potentialRest));
        return { spikes, potential: select(spikes, sub(x.potentialReset, x.potentialRest), potential) };
      },
    },
  ) as never;

const stateOf = async (type: ComponentType, given: FitOptions): Promise<FitState> => {
  let state: FitState | undefined;
  await fit(type, {
    ...given,
    checkpoint: (now) => {
      if (now.searches[0]!.evaluated < 650) state = JSON.parse(JSON.stringify(now)) as FitState;
    },
  });
  return state!;
};

describe("a fit that resumes", () => {
  test("refuses a state of a soma with other equations of the same name", async () => {
    const own: FitOptions = { ...options, fixed: {}, free: { threshold: { from: -59, to: -30 } } };
    const resume = await stateOf(withFactor(1), own);
    const other = fit(withFactor(0.2), { ...own, resume });
    await expect(other).rejects.toThrow(
      "fit.resume is from a fit with other recordings or settings, or of another soma.",
    );
    expect((await fit(withFactor(1), { ...own, resume })).evaluated).toBe(670);
  });

  test("refuses a state that was edited anywhere", async () => {
    const type = AdaptiveLeakySoma as ComponentType;
    const state = await stateOf(type, options);
    const values: unknown[] = [null, "x", 2, [], undefined];
    const paths: (readonly (string | number)[])[] = [];
    const enter = (value: unknown, path: readonly (string | number)[]): void => {
      paths.push(path);
      if (typeof value !== "object" || value === null) return;
      const keys = Array.isArray(value) ? [0, value.length - 1].filter((k) => k in value) : Object.keys(value);
      for (const key of keys) enter((value as never)[key], [...path, key]);
    };
    enter(state.searches, ["searches"]);
    expect(paths.length).toBeGreaterThan(100);
    const accepted: string[] = [];
    for (const [k, path] of paths.entries()) {
      const edited = structuredClone(state);
      let at = edited as unknown as Record<string | number, never>;
      for (const key of path.slice(0, -1)) at = at[key]!;
      const value = values[k % values.length];
      if (JSON.stringify(at[path.at(-1)!]) === JSON.stringify(value)) continue;
      at[path.at(-1)!] = value as never;
      const refused = await fit(type, { ...options, resume: edited }).catch((error: unknown) => error);
      if (!(refused instanceof ConfigError)) accepted.push(`${path.join(".")} = ${JSON.stringify(value)}`);
    }
    expect(accepted).toEqual([]);
    const better = structuredClone(state) as { searches: [{ kept: [{ score: number }] }] } & FitState;
    better.searches[0].kept[0].score = 2;
    await expect(fit(type, { ...options, resume: better })).rejects.toThrow("fit.resume was edited or damaged.");
    const old = { ...state, version: 1 } as never;
    await expect(fit(type, { ...options, resume: old })).rejects.toThrow("has format 1, which does not identify");
    expect((await fit(type, { ...options, resume: state })).evaluated).toBe(670);
  });

  test("keeps the size of its first generation, which depends on small budgets", async () => {
    const type = AdaptiveLeakySoma as ComponentType;
    const small = { ...options, budget: { candidates: 40, generation: 16 } };
    const { state } = await fit(type, small);
    expect(state.searches[0]!.history[0]!.evaluated).toBe(20);
    const larger = await fit(type, { ...small, budget: { candidates: 400, generation: 16 }, resume: state });
    expect(larger.evaluated).toBe(20 + 23 * 16);
    expect(larger.history.slice(0, 2)).toEqual(state.searches[0]!.history.slice(0, 2));
    const smaller = await fit(type, { ...small, budget: { candidates: 32, generation: 16 }, resume: larger.state });
    expect(smaller.state).toEqual(larger.state);
  });

  test("refuses recordings whose spikes moved from one repetition to the next", async () => {
    const type = AdaptiveLeakySoma as ComponentType;
    const flat = Array.from((recording.spikes as readonly ArrayLike<number>[])[0]!);
    const split = (at: number): FitOptions => ({
      ...options,
      recordings: [{ ...recording, spikes: [flat.slice(0, at), flat.slice(at)] } as never],
    });
    const resume = await stateOf(type, split(3));
    await expect(fit(type, { ...split(4), resume })).rejects.toThrow("is from a fit with other recordings");
  });
});

describe("a callback that fails", () => {
  test.each(["progress", "checkpoint"] as const)("leaves the state in the error: %s", async (name) => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    try {
      const callback = async (): Promise<void> => {
        throw new Error("disk full");
      };
      const type = AdaptiveLeakySoma as ComponentType;
      const error = await fit(type, { ...options, [name]: callback }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ message: "disk full", state: { kind: "spark-snn fit" } });
      const { state } = error as { readonly state: FitState };
      expect((await fit(type, { ...options, resume: state })).evaluated).toBe(670);
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", listen);
    }
  });
});
