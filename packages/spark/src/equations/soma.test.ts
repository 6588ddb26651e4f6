import { describe, expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import type { EquationsOptions } from "./options.ts";
import { sameExpr } from "./same.ts";
import { soma } from "./soma.ts";

const adEx = `
  dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) - w + I)/C : mV
  dw/dt = (a*(v - EL) - w)/tauw                                    : pA
  spike: v > 0 mV
  reset: v = Vr; w += b
  gL = 30 nS; EL = -70.6 mV; C = 281 pF; DeltaT = 2 mV; VT = -50.4 mV
  a = 4 nS; tauw = 144 ms; b = 0.0805 nA; Vr = -70.6 mV`;

const model = (text: string, options: EquationsOptions = {}) => soma.equations("Model", text, options).model;

const spikesOf = async (text: string, current: number, options: EquationsOptions = {}, dt = 0.1) => {
  const type = soma.equations("Model", text, options);
  const run = await simulate(type({ units: [1] }), {
    duration: 200,
    dt,
    inputs: { current },
    record: { outSpikes: true, potential: true },
  });
  return { steps: [...run.outSpikes.steps], potential: run.potential.values };
};

describe("the adaptive exponential soma of the guide", () => {
  test("has parameters with the names and units of the text", () => {
    const { fields, state } = model(adEx);
    expect(Object.entries(fields).map(([name, { default: value, unit }]) => [name, value, unit])).toEqual([
      ["gL", 30, "nS"],
      ["EL", -70.6, "mV"],
      ["C", 281, "pF"],
      ["DeltaT", 2, "mV"],
      ["VT", -50.4, "mV"],
      ["a", 4, "nS"],
      ["tauw", 144, "ms"],
      ["b", 0.0805, "nA"],
      ["Vr", -70.6, "mV"],
    ]);
    expect(Object.keys(state)).toEqual(["potential", "w"]);
  });

  test("refuses parameters that are not in the text", () => {
    expect(() => soma.equations("AdEx", adEx)({ gl: 3, VT: "low" as never })).toThrow(
      /AdEx\.gl is unknown\. Did you mean "gL"/,
    );
  });
});

describe("notation", () => {
  const leaky = (more: string): string => `dv/dt = (EL - v + R*I)/tau : mV
    spike: v > VT
    reset: v = Vr
    EL = -70 mV; R = 100 Mohm; tau = 20 ms; VT = -50 mV; Vr = EL
    ${more}`;
  /** The graph of a sub-expression: the right-hand side of a variable of its own. */
  const graph = (expression: string, unit = "1", more = "") =>
    model(leaky(`dx/dt = (${expression})/ms : ${unit}\n${unit === "mV" ? "start: x = 0 mV" : ""}\n${more}`))
      .differential!.equations["x"]!;

  test.each([
    ["2 mV/ms*ms", "2*mV/ms*ms", "mV"],
    ["30*mV", "30 mV", "mV"],
    ["-70.6*mV", "-70.6 mV", "mV"],
    ["v**2/mV/mV", "v^2/mV/mV", "1"],
    ["v ≥ EL and not (v < VT)", "v >= EL && !(v < VT)", "bool"],
    ["3 mvolt", "3 mV", "mV"],
    ["v × 2", "v*2", "mV"],
    ["v − EL", "v - EL", "mV"],
    ["(v\n + EL\n - VT)", "v + EL - VT", "mV"],
    ["v +\n EL", "v + EL", "mV"],
    ["2 mV + 3\\\n mV", "2 mV + 3 mV", "mV"],
  ])("%s is %s", (a, b, unit) => {
    const own = (text: string) => (unit === "bool" ? graph(`select(${text}, 1, 2)`) : graph(text, unit));
    expect(sameExpr(own(a), own(b))).toBe(true);
  });

  test.each([
    ["v - EL - VT", "(v - EL) - VT", "v - (EL - VT)", "mV"],
    ["-v^2/mV/mV", "-(v^2)/mV/mV", "(-v)^2/mV/mV", "1"],
    ["2^3^2", "2^(3^2)", "(2^3)^2", "1"],
    ["v/2*mV/mV", "(v/2)*mV/mV", "v/(2*mV)*mV", "mV"],
    ["v/2 mV", "v/(2 mV)", "(v/2)*mV/mV/mV", "1"],
    ["-v*2", "(-v)*2", "-(v*2)", "mV"],
  ])("%s is %s and not %s", (text, same, other, unit) => {
    expect(sameExpr(graph(text, unit), graph(same, unit))).toBe(true);
    expect(sameExpr(graph(text, unit), graph(other, unit))).toBe(false);
  });

  test("names that the text defines take precedence over units", () => {
    expect(() => model(leaky("x = 2/ms : 1"))).toThrow("x must be a pure number; 2/ms is in 1/ms.");
    expect(() => model(leaky("x = 2/ms : 1\nms = 3"))).not.toThrow();
  });

  test("numbers are converted to the unit that they meet", () => {
    expect(sameExpr(graph("v + 0.5 V", "mV"), graph("v + 500 mV", "mV"))).toBe(true);
    expect(model(leaky("x = 2 kHz")).fields["x"]).toMatchObject({ default: 2, unit: "kHz" });
    expect(model(leaky("x = 0.2 nF : pF")).fields["x"]).toMatchObject({ default: 200, unit: "pF" });
  });

  test("comments of a line describe its parameter or variable, and comments at the start the soma", () => {
    const text = `# A leaky soma.
      # Second line.
      dv/dt = -v/tau : mV  # Potential over rest.
      spike: v > VT        # no description
      reset: v = 0 mV
      start: v = 0 mV
      tau = 20 ms  # Time constant.
      VT = 20 mV; Vr = 3 mV # of two`;
    const { about, fields, state } = model(text);
    expect(about).toBe("A leaky soma. Second line.");
    expect(fields["tau"]!.description).toBe("Time constant.");
    expect(fields["VT"]!.description).toBe("VT of the equations.");
    expect(state["potential"]!.description).toBe("Potential over rest.");
  });

  test("a reset can be a block of indented lines, whose assignments see those before", () => {
    const block = model(
      leaky("dw/dt = -w/tau : mV\nstart: w = 0 mV").replace(
        "reset: v = Vr",
        "reset:\n      v = Vr\n      w = v + 1 mV",
      ),
    );
    const line = model(
      leaky("dw/dt = -w/tau : mV\nstart: w = 0 mV").replace("reset: v = Vr", "reset: v = Vr; w = Vr + 1 mV"),
    );
    expect(sameExpr(block.next["w"]!, line.next["w"]!)).toBe(true);
  });

  test("roles of parameters follow from spike, reset and refractory", () => {
    expect(
      model(
        leaky("refractory: tref\ntref = 2 ms").replace(": mV", ": mV (unless refractory)").replace("= EL", "= -60 mV"),
      ).roles,
    ).toEqual({
      threshold: "VT",
      reset: "Vr",
      refractory: "tref",
    });
  });

  test("another variable can be the potential", () => {
    const text = "du/dt = (E - u)/(10 ms) : mV\nspike: u > 0 mV\nreset: u = E\nE = -70 mV";
    expect(Object.keys(model(`${text}\npotential: u`).state)).toEqual(["potential"]);
    expect(Object.keys(model(text, { potential: "u" }).state)).toEqual(["potential"]);
  });

  test("inputs of its own act where the text says", () => {
    const { inputs, next } = model(`
      input soma : current
      input far : current (on vd)
      input kick : jump (on vd)
      dv/dt = (EL - v + R*soma + (vd - v))/tau : mV
      dvd/dt = (EL - vd + R*far)/tau : mV
      spike: v > 0 mV
      reset: v = EL
      EL = -70 mV; R = 100 Mohm; tau = 20 ms`);
    expect(inputs["far"]).toMatchObject({ payload: "CurrentArray", potential: "vd" });
    expect(JSON.stringify(next["vd"])).toContain('"kick"');
    expect(JSON.stringify(next["potential"])).not.toContain('"kick"');
  });

  test("noise: xi, rand() and randn() draw numbers of their own at each place", () => {
    const purposes = (text: string) =>
      [...JSON.stringify(model(text).next).matchAll(/"purpose":"(\w+)"/g)].map(([, one]) => one);
    const text = leaky("dw/dt = -w/tau : mV\nstart: w = 0 mV")
      .replace("R*I)/tau", "R*I)/tau + sigma*xi/sqrt(tau)")
      .replace("reset: v = Vr", "reset: v = Vr + randn()*mV; w += rand()*mV + randn()*mV");
    expect(new Set(purposes(`${text}\nsigma = 2 mV`))).toEqual(new Set(["xi", "randn1", "rand2", "randn3"]));
  });
});

describe("start values", () => {
  const text = (derivative: string, more = ""): string =>
    `dv/dt = ${derivative} : mV\nspike: v > 0 mV\nreset: v = EL\ngL = 30 nS; EL = -70 mV; EK = -90 mV; C = 281 pF\n${more}`;
  const startOf = (source: string) => model(source).state["potential"]!;

  test.each(["gL*(EL - v)/C", "-gL*(v - EL)/C", "(gL*(EL - v) + I)/C", "(EL - v)/(10 ms)", "gL/C*(EL - v) + I/C"])(
    "a potential starts where its leak pulls it: %s",
    (derivative) => {
      const { initial, description } = startOf(text(derivative));
      expect(initial).toMatchObject({ op: "symbol", name: "EL" });
      expect(description).toBe("Membrane potential. Starts at EL, to which its leak pulls it.");
    },
  );

  test("an explicit start takes precedence, and later ones may use it", () => {
    const { state } = model(text("gL*(EL - v)/C", "start: v = EK; w = gL*(v - EL)\ndw/dt = -w/(3 ms) : pA"));
    expect(state["potential"]!.initial).toMatchObject({ name: "EK" });
    expect(JSON.stringify(state["w"]!.initial)).toContain("EK");
  });

  test.each([
    ["(gL*(EL - v) + gL*(EK - v))/C", "its equation has several leaks: to EL, EK"],
    ["I/C", "its equation has no leak of the form (E - v) that would give one"],
    ["-v/(3 ms)", "its equation has no leak"],
    ["gL*(EL - v)*(EK - v)/C/mV", "its equation has no leak"],
  ])("a potential without a start is refused: %s", (derivative, reason) => {
    expect(() => startOf(text(derivative))).toThrow(reason);
  });

  test("variables in other units start at 0", () => {
    expect(model(text("gL*(EL - v)/C", "dw/dt = -w/(3 ms) : pA")).state["w"]!.initial).toMatchObject({
      value: 0,
      unit: "pA",
    });
  });
});

describe("spikes and refractory periods", () => {
  const leaky = (flag: string, more: string): string => `dv/dt = (EL - v + R*I)/tau : mV ${flag}
    spike: v > VT
    reset: v = Vr
    EL = -70 mV; R = 100 Mohm; tau = 20 ms; VT = -50 mV; Vr = -60 mV
    ${more}`;

  test("the exact method spikes at the intervals of the formula", async () => {
    const { steps } = await spikesOf(leaky("", ""), 300, { method: "exact" });
    const interval = 20 * Math.log((30 - 10) / (30 - 20));
    expect(steps[3]! - steps[2]!).toBe(Math.ceil(interval / 0.1));
  });

  test("as in Brian2, a unit spikes and integrates again `refractory` after the step of its spike", async () => {
    const free = (await spikesOf(leaky("", ""), 300, { method: "exact" })).steps;
    const held = (await spikesOf(leaky("(unless refractory)", "refractory: 5 ms"), 300, { method: "exact" })).steps;
    expect(held[0]).toBe(free[0]);
    // The steps between the spike and 5 ms later, exclusively, are left out: 49 of 0.1 ms.
    expect(held[1]! - held[0]!).toBe(free[1]! - free[0]! + 49);
  });

  test("without the words, a refractory unit integrates, but cannot spike", async () => {
    const { steps, potential } = await spikesOf(leaky("", "refractory: 30 ms"), 300, { method: "exact" });
    expect(steps[1]! - steps[0]!).toBe(300);
    expect(Math.max(...potential)).toBeGreaterThan(-50);
  });

  test("a refractory period of 0 ms changes nothing", async () => {
    const free = (await spikesOf(leaky("", ""), 300)).steps;
    expect((await spikesOf(leaky("(unless refractory)", "refractory: 0 ms"), 300)).steps).toEqual(free);
  });

  test("sub-steps beyond the threshold leave the adaptation finite", async () => {
    const { steps } = await spikesOf(adEx, 1000, { substeps: 10 });
    expect(steps.length).toBeGreaterThan(5);
    const once = (await spikesOf(adEx, 1000, { substeps: 1 }, 0.01)).steps.map((step) => step / 10);
    for (const [k, step] of steps.slice(0, 5).entries()) expect(Math.abs(step - once[k]!)).toBeLessThan(3);
  });

  test("equations without stages in a step, and linear ones, stay as they are written", () => {
    const written = model(adEx).differential!.equations["potential"]!;
    const staged = model(adEx, { substeps: 2 }).differential!.equations["potential"]!;
    expect(JSON.stringify(written)).not.toContain('"min"');
    expect(JSON.stringify(staged)).toContain('"min"');
    expect(JSON.stringify(model(leaky("", ""), { substeps: 2 }).differential)).not.toContain('"min"');
  });
});
