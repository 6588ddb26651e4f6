import { unknownKeys } from "../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Brain, Populations } from "../graph/brain.ts";
import type { Readouts } from "../graph/readout.ts";
import type { Component } from "../model/component.ts";
import type { Checked, Frontend, RunRequest } from "./frontend.ts";
import {
  checkComponent,
  compileKeys,
  type GivenRun,
  type GivenSettings,
  readSettings,
  runKeys,
  type Settings,
} from "./options.ts";

/** A model with its options, checked as far as nothing need be drawn. Building it draws all values, once. */
export interface Prepared {
  readonly settings: Settings;
  readonly checked: Checked;
  /** Reads the options of the run. @throws ConfigError with every problem */
  readRun(): Promise<RunRequest>;
  /** Draws all values, once. @throws ConfigError with every problem that only drawing tells */
  build(): Frontend;
}

/** Which options a caller takes, and what messages call it. */
export interface PrepareFor {
  /** Such as "simulate", or the root of a document. */
  readonly where: string;
  readonly runs: boolean;
}

/** Loaded when a network is given, since a page with one population needs none of it. */
const networks = (): Promise<typeof import("./network.ts")> => import("./network.ts");

export const isBrain = (value: unknown): value is Brain<Populations, Readouts> =>
  typeof value === "object" && value !== null && (value as { readonly kind?: unknown }).kind === "brain";

/** Checks a model with settings that are read already. @throws ConfigError, ShapeError */
export const checkModel = async (
  model: unknown,
  settings: Settings,
  options: GivenSettings & GivenRun,
  issues: Issue[],
): Promise<Checked> =>
  isBrain(model)
    ? ((await networks()).checkNetwork(model, settings, options, issues) as unknown as Checked)
    : (await import("./single.ts")).checkSingle(model as Component, settings, options, issues);

/** Settings of a model. What is wrong with them is added to `issues`. */
export const settingsOf = async (
  where: string,
  model: unknown,
  options: GivenSettings,
  issues: Issue[],
): Promise<Settings> => {
  if (!isBrain(model)) {
    const { model: declared, config } = model as Component;
    return readSettings(where, declared.name, config, options, issues);
  }
  const common = (await networks()).commonOf(model, issues);
  return readSettings(where, model.name, common, options, issues);
};

/**
 * Reads a model and its options. Nothing is drawn.
 * @throws ConfigError with every problem of the model and its settings; ShapeError
 */
export const prepare = async (
  { where, runs }: PrepareFor,
  model: unknown,
  options: GivenSettings & GivenRun,
): Promise<Prepared> => {
  if (!isBrain(model)) checkComponent(where, model);
  const issues: Issue[] = [];
  unknownKeys(where, options, runs ? [...compileKeys, ...runKeys] : compileKeys, issues);
  const settings = await settingsOf(where, model, options, issues);
  try {
    const checked = await checkModel(model, settings, options, issues);
    if (!runs && issues.length > 0) throw new ConfigError(issues.splice(0));
    return {
      settings,
      checked,
      readRun: () => checked.readRun(where, options, 0, issues),
      build: () => checked.build(),
    };
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError([...issues, ...error.issues]);
    throw issues.length > 0 ? new ConfigError(issues) : error;
  }
};
