import type { BuiltComponent } from "../model/component.ts";
import type { Program } from "../program/program.ts";
import { type CompileOptions, compilePopulation } from "./population.ts";
import { receptorNode } from "./receptors.ts";

export type { Binding, CompileOptions } from "./population.ts";

/** Compiles a component with known, constant values into a program. */
export const compileComponent = (component: BuiltComponent, options: CompileOptions): Program =>
  compilePopulation(component, { receptorNode, ...options }).program;
