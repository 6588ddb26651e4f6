import { withUnit } from "../config/field.ts";
import { indicesOf } from "../config/shape.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Finish } from "./component.ts";
import { evaluateFixed } from "./fixed.ts";
import { type Varying, varyingOf } from "./varying.ts";

type Unfinished = Parameters<Finish>[0];

export const finish: Finish = (built, config) => {
  const varying = varyingOf(config, built.dt, built.place);
  if (!config.skipValidation) checkRules(built, varying);
  return varying;
};

export const checkRules = ({ model, fields, dt, units, place }: Unfinished, varying: Varying | undefined): void => {
  const issues: Issue[] = [];
  const cases = varying?.occurring(fields) ?? [{ values: fields, keys: undefined }];
  for (const { field, holds, requirement, remedy } of model.rules ?? []) {
    for (const { values, keys } of cases) {
      const truth = evaluateFixed(holds, values, { dt, place });
      const bad = (typeof truth === "number" ? [truth] : truth).indexOf(0);
      if (bad < 0) continue;
      const value = values[field]!;
      const given = withUnit(typeof value === "number" ? value : value[bad]!, model.fields[field]!.unit);
      const at = keys ? keys(bad) : typeof value === "number" ? [] : indicesOf(bad, units);
      const message = `${requirement}; received ${given} with dt ${dt} ms. ${remedy}`;
      issues.push(place.at(field, ...at).issue(message));
      break;
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
};
