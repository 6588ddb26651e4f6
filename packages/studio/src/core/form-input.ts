import type { Catalogue } from "./catalogue.ts";
import { changeValue } from "./commands.ts";
import { drawnInput, drawnOf, firstDrawing } from "./drawn.ts";
import type { FormField } from "./fields.ts";
import { fileDefault, fileFields, fileKindNames, fileKindOf } from "./fields-files.ts";
import { type Alternative, namedAlternatives, schemaAt, schemaFields } from "./fields-schema.ts";
import { type Form, section } from "./form.ts";
import { inputTitle, isNetwork, keysOf } from "./graph.ts";
import { isObject, type Json, type JsonObject, objectAt, valueAt } from "./json.ts";

/* The form of an input. */

/** Values of the forms of a current. */
const inputDefaults: Readonly<Record<string, Json>> = {
  step: { step: { amplitude: 300, from: 100, to: 400 } },
  pulses: { pulses: { amplitude: 500, period: 100, width: 5 } },
  ramp: { ramp: { start: 0, end: 400 } },
  sine: { sine: { amplitude: 100, frequency: 5, offset: 200 } },
  ornsteinUhlenbeck: { ornsteinUhlenbeck: { mean: 200, std: 50, tau: 5 } },
  whiteNoise: { whiteNoise: { mean: 200, std: 100 } },
};

/** The value that a form of input starts with; undefined for forms that the schema does not have. */
export const inputDefault = (catalogue: Catalogue, form: string): Json | undefined => {
  if (form === "constant") return 250;
  const known = inputDefaults[form];
  const found = inputForms(catalogue).find(({ name }) => name === form);
  if (!found || !isObject(known)) return undefined;
  const properties = objectAt(found.options, "properties");
  const required = Array.isArray(found.options["required"]) ? found.options["required"].map(String) : [];
  const given = objectAt(known, form);
  const kept = Object.entries(given).filter(([key]) => Object.hasOwn(properties, key));
  const missing = required.filter((key) => !kept.some(([one]) => one === key)).map((key) => [key, 1] as const);
  return { [form]: Object.fromEntries([...kept, ...missing]) };
};

/** Forms of a current that have options rather than data. */
export const inputForms = (catalogue: Catalogue): readonly Alternative[] =>
  namedAlternatives(catalogue.schema, schemaAt(catalogue.schema, "currentPart")).filter(
    ({ name }) => name in inputDefaults,
  );

/** The value of another form. A drawing starts with the level of a constant current. */
const startOf = (
  document: JsonObject,
  catalogue: Catalogue,
  form: string,
  value: Json | undefined,
): Json | undefined => {
  if (form === "csv" || form === "npy") return fileDefault("currentPart", form);
  if (form !== "drawn") return inputDefault(catalogue, form);
  const { duration } = document;
  return drawnInput(
    firstDrawing(
      typeof duration === "number" && duration > 0 ? duration : 1000,
      typeof value === "number" ? value : 250,
    ),
  );
};

export const inputForm = (document: JsonObject, catalogue: Catalogue, id: string): Form => {
  const keys = keysOf(id);
  const value = valueAt(document, keys);
  const forms = inputForms(catalogue);
  const present = isObject(value)
    ? Object.keys(value).find((key) => forms.some(({ name }) => name === key))
    : undefined;
  const isConstant = typeof value === "number" || Array.isArray(value);
  const isDrawn = drawnOf(value) !== undefined;
  const file = fileKindOf(value);
  const found = forms.find(({ name }) => name === present);
  const port = String(keys.at(-1));
  const unit = port === "signal" ? "1" : "pA";
  const other = !isConstant && !present && !isDrawn && !file ? [{ value: "other", label: inputTitle(value) }] : [];
  const constant: FormField = {
    name: port,
    keys,
    label: "Value",
    unit,
    description: "One value for all units, or a list with one per unit.",
    kind: "number",
    default: undefined,
    required: true,
    lists: true,
    draws: false,
  };
  const target = isNetwork(document) ? String(keys[1]) : undefined;
  return {
    id,
    kind: "Input",
    title: inputTitle(value),
    named: false,
    keys,
    sections: [
      section("input", `Input ${port}`, {
        about: other.length > 0 ? "Edit this input in the text of the document." : "",
        choices: [
          {
            id: "form",
            label: "Form",
            value: isConstant ? "constant" : isDrawn ? "drawn" : (file ?? present ?? "other"),
            options: [
              ...other,
              { value: "constant", label: "Constant" },
              ...(port === "inSpikes"
                ? []
                : [
                    { value: "drawn", label: "Drawn by hand" },
                    ...forms.map(({ name }) => ({ value: name, label: inputTitle({ [name]: 0 }) })),
                    ...(["csv", "npy"] as const).map((kind) => ({
                      value: kind,
                      label: fileKindNames[kind],
                      group: "Files",
                    })),
                  ]),
            ],
            about: found?.description ?? "",
            keys: [],
            choose: (form) => {
              const next = form === "other" ? undefined : startOf(document, catalogue, form, value);
              return next === undefined ? undefined : changeValue(keys, next, `Use ${form} as input`);
            },
          },
        ],
        drawing: isDrawn ? { keys, unit } : undefined,
        fields: isConstant
          ? [constant]
          : file
            ? fileFields(catalogue.schema, "currentPart", objectAt(value), keys)
            : found
              ? schemaFields(catalogue.schema, found.options, [...keys, found.name], ["seed"]).map((field) =>
                  field.unit === "pA" ? { ...field, unit } : field,
                )
              : [],
        links: target === undefined ? [] : [{ id: `populations.${target}`, label: target, detail: "population" }],
      }),
    ],
  };
};
