import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { experiment } from "../experiment/experiment.ts";
import { withValue } from "../experiment/with-value.ts";
import { gt, mul, relax } from "../expr/verbs.ts";
import { AdaptiveExponentialSoma } from "../somas/exponential.ts";
import { IzhikevichSoma } from "../somas/izhikevich.ts";
import { configSchema } from "../tell/schema.ts";
import { presetTable } from "../tell/table.ts";
import { withPresets } from "./presets.ts";
import { soma } from "./soma.ts";

describe("a preset", () => {
  test("gives the defaults of its parameters, which a config may replace", () => {
    const { settings } = IzhikevichSoma({ preset: "chattering", recoveryUpdate: 3, units: [4] }).config;
    expect(settings).toMatchObject({ recoveryTimescale: 0.02, potentialReset: -50, recoveryUpdate: 3, threshold: 30 });
  });

  test("can be read as data and spread", () => {
    expect(IzhikevichSoma({ ...IzhikevichSoma.presets.fastSpiking }).config).toEqual(
      IzhikevichSoma({ preset: "fastSpiking" }).config,
    );
    expect(Object.isFrozen(IzhikevichSoma.presets.fastSpiking)).toBe(true);
  });

  test("has a description with its source", () => {
    for (const type of [IzhikevichSoma, AdaptiveExponentialSoma]) {
      for (const { description } of presetTable(type.model)) expect(description).toMatch(/\. .*\b(19|20)\d\d/);
    }
  });

  test("is refused with the nearest name, together with the other problems", () => {
    expect(() => IzhikevichSoma({ preset: "chatering" as never, threshold: Number.NaN })).toThrow(
      /IzhikevichSoma\.preset is not a preset of IzhikevichSoma; received "chatering"\. Did you mean "chattering"\?[\s\S]*IzhikevichSoma\.threshold/,
    );
    expect(() => IzhikevichSoma({ preset: 3 as never })).toThrow("received 3. Name one of regularSpiking, ");
  });
});

describe("in a document", () => {
  const document = { model: { soma: "IzhikevichSoma", preset: "regularSpiking" }, duration: 10, dt: 0.5 };

  test("a preset has the same name", async () => {
    const { component } = await experiment(document, { kind: "soma" });
    expect(component.config).toEqual(IzhikevichSoma({ preset: "regularSpiking" }).config);
  });

  test("a path changes it", async () => {
    const changed = withValue(document, "preset", "fastSpiking");
    const { component } = await experiment(changed, { kind: "soma" });
    expect(component.config.settings["recoveryTimescale"]).toBe(0.1);
  });

  test("a population of a network takes it", async () => {
    const model = { populations: { cells: { ...document.model, units: [3] } } };
    const { brain } = await experiment({ ...document, model }, { kind: "brain" });
    expect(brain.populations["cells"]).toMatchObject({ config: { settings: { recoveryUpdate: 8 } } });
  });

  test("an unknown one is refused with its path", async () => {
    const model = { ...document.model, preset: "fastspiking" };
    await expect(experiment({ ...document, model })).rejects.toThrow(
      'experiment.model.preset is not a preset of IzhikevichSoma; received "fastspiking". Did you mean "fastSpiking"?',
    );
  });

  test("the schema lists them with their descriptions", () => {
    const { properties } = configSchema(IzhikevichSoma.model) as { properties: Record<string, { oneOf: object[] }> };
    expect(properties["preset"]!.oneOf).toHaveLength(Object.keys(IzhikevichSoma.presets).length);
  });
});

describe("withPresets", () => {
  const fields = { tau: field(10, "ms", "Time constant.", positive), firing: field(5, "mV", "Threshold.") };
  const plain = soma("PlainSoma", fields, {
    about: "",
    step(x) {
      const v = relax(x.potential, mul(x.current, 0) as never, x.tau);
      return { spikes: gt(v, x.firing), potential: v };
    },
  });

  test("refuses a preset with a value out of range or an unknown parameter", () => {
    expect(() => withPresets(plain, { slow: { about: "", parameters: { tau: -1 } } })).toThrow(
      "PlainSoma.presets.slow.tau must be greater than 0 ms; received -1 ms.",
    );
    expect(() => withPresets(plain, { slow: { about: "", parameters: { tauu: 1 } as never } })).toThrow(
      "PlainSoma.presets.slow.tauu is unknown",
    );
  });
});
