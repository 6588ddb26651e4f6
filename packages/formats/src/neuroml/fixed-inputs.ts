import { drawsFor } from "spark-snn";
import { readQuantity } from "./quantities.ts";
import type { Component, Model } from "./read-model.ts";
import type { Element } from "./xml.ts";

/* A model whose random sources have fixed spikes, so that two programs can be compared. */

const replacements: Readonly<Record<string, string>> = {
  spikeGeneratorPoisson: "spikeArray",
  poissonFiringSynapse: "timedSynapticInput",
};

/** Replaces random sources by drawn spikes on a grid of `dt` ms. */
export const withFixedInputs = (model: Model, dt: number, steps: number): Model => ({
  ...model,
  components: new Map([...model.components].map(([id, one]) => [id, fixed(one, dt, steps)])),
});

const fixed = (component: Component, dt: number, steps: number): Component => {
  const type = replacements[component.type];
  if (type === undefined) return component;
  const { id, where, element } = component;
  const rate = readQuantity(element.attributes["averageRate"]!, "rate", where);
  const draws = drawsFor(1, `drift check of ${id}`);
  const spikes: Element[] = [];
  for (let step = 1; step <= steps; step++) {
    if (draws.uniform(step) >= (rate * dt) / 1000) continue;
    spikes.push({ name: "spike", attributes: { id: `${spikes.length}`, time: `${step * dt}ms` }, children: [] });
  }
  return { id, where, type, element: { ...element, name: type, children: spikes } };
};
