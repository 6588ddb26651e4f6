import type { IntegrationMethod } from "../model/methods.ts";

/** Options of equations as text. */
export interface EquationsOptions {
  /** One or two sentences of description, with the source. Default: the comment lines at the start of the text. */
  readonly about?: string;
  /** Name of the membrane potential in the text. Default: v, otherwise V, Vm, vm or potential. */
  readonly potential?: string;
  /** How differential equations advance in a step: one method, or one for each variable. */
  readonly method?: IntegrationMethod | Readonly<Record<string, IntegrationMethod>>;
  /** Sub-steps of each step. Default 1. */
  readonly substeps?: number;
}
