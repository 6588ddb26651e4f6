import type { SourceInstance } from "../model/source.ts";
import type { KernelBuilder } from "./builder.ts";
import { type CompileContext, Instance } from "./instance.ts";

/** Adds a source to a step kernel and returns the node of its value. `name` is part of the key of its draws. */
export const sourceNode = (
  source: SourceInstance,
  name: string,
  site: CompileContext & { readonly builder: KernelBuilder },
): number => {
  const { model, fields, varying, live, start, seed } = source;
  const { builder } = site;
  const path = `${name}.${model.name}`;
  const instance = new Instance({ path, fields, varying, live, state: model.state, start, seed }, site);
  const { value, ...next } = instance.lower(builder, { value: model.value, ...model.next }, {});
  for (const [state, node] of Object.entries(next)) builder.store(instance.stateBuffer(state), node, "unit");
  return value!;
};
