import { withUnit } from "../config/field.ts";
import { indexText } from "../config/parse.ts";
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

const checkRules = ({ model, fields, dt, units, place: where }: Unfinished, varying: Varying | undefined): void => {
  const issues: Issue[] = [];
  const cases = varying?.occurring(fields) ?? [{ values: fields, place: undefined }];
  for (const { field, holds, requirement, remedy } of model.rules ?? []) {
    for (const { values, place } of cases) {
      const truth = evaluateFixed(holds, values, dt);
      const bad = (typeof truth === "number" ? [truth] : truth).indexOf(0);
      if (bad < 0) continue;
      const value = values[field]!;
      const given = withUnit(typeof value === "number" ? value : value[bad]!, model.fields[field]!.unit);
      const at = place ? `.${place(bad)}` : typeof value === "number" ? "" : indexText(bad, units);
      const message = `${requirement}; received ${given} with dt ${dt} ms. ${remedy}`;
      issues.push({ path: `${where}.${field}${at}`, message });
      break;
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
};
