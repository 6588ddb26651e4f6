import type { Catalogue } from "./catalogue.ts";
import { changeValue } from "./commands.ts";
import type { FormField } from "./fields.ts";
import { schemaAt, schemaFields } from "./fields-schema.ts";
import { type Form, type FormChoice, section } from "./form.ts";
import { fromChoice } from "./form-projection.ts";
import { entryOf, fromNames, keysOf, nameOf, partOf, sectionOf } from "./graph.ts";
import type { Command } from "./history.ts";
import { type JsonObject, type Key, objectAt, withAt } from "./json.ts";
import { labelOf } from "./names.ts";

/* The form of a read-out or a signal. */

/** Variables of the populations that a read-out or a signal can read. */
const ofChoice = (document: JsonObject, catalogue: Catalogue, id: string): FormChoice => {
  const part = partOf(document, id);
  const populations = sectionOf(document, "populations");
  const lists = fromNames(part).map((name) => {
    const entry = entryOf(catalogue, objectAt(populations, name));
    return (entry?.states ?? []).filter(({ type }) => type === "float").map((state) => state.name);
  });
  const common = (lists[0] ?? []).filter((state) => lists.every((list) => list.includes(state)));
  const present = String(part["of"] ?? "outSpikes");
  return {
    id: "of",
    label: "Value",
    value: present,
    options: [...new Set(["outSpikes", ...common, present])].map((value) => ({
      value,
      label: value === "outSpikes" ? "Rate of spikes" : labelOf(value),
    })),
    about: "",
    keys: [...keysOf(id), "of"],
    choose: (of) => changeValue([...keysOf(id), "of"], of === "outSpikes" ? undefined : of, `Read ${of}`),
  };
};

/** The integrator of a read-out: its kind and its options. */
const integratorParts = (
  document: JsonObject,
  catalogue: Catalogue,
  id: string,
): { readonly choices: FormChoice[]; readonly fields: readonly FormField[] } => {
  const keys = [...keysOf(id), "integrator"];
  const node = objectAt(schemaAt(catalogue.schema, "readout"), "properties", "integrator");
  // All options of the second kind have defaults, so it has no list of required ones.
  const kinds = (Array.isArray(node["oneOf"]) ? node["oneOf"] : []).flatMap((form) => {
    const [name] = Object.keys(objectAt(form, "properties"));
    return name === undefined ? [] : [{ name, options: objectAt(form, "properties", name) }];
  });
  const value = objectAt(document, ...keys);
  const present = kinds.find(({ name }) => Object.hasOwn(value, name));
  return {
    choices: [
      {
        id: "integrator",
        label: "Kind",
        value: present?.name ?? "",
        options: [
          { value: "", label: "None: filtered values" },
          ...kinds.map(({ name }) => ({ value: name, label: labelOf(name) })),
        ],
        about: String(present?.options["description"] ?? "Decodes spikes into a few numbers."),
        keys,
        choose: (name) => setIntegrator(keysOf(id), name),
      },
    ],
    fields: present ? schemaFields(catalogue.schema, present.options, [...keys, present.name]) : [],
  };
};

/** An integrator reads spikes, and takes the place of the filter and the mean. */
const setIntegrator = (keys: readonly Key[], name: string): Command => ({
  label: name === "" ? "Remove the integrator" : `Use the ${name} integrator`,
  apply: (document) => {
    const at = [...keys, "integrator"];
    if (name === "") return withAt(document, at, undefined);
    const { tau: _, mean: __, of: ___, units: ____, ...part } = objectAt(document, ...keys);
    return withAt(withAt(document, keys, part), at, { [name]: name === "exponential" ? { outputs: 2 } : {} });
  },
});

export const readForm = (document: JsonObject, catalogue: Catalogue, id: string): Form => {
  const isReadout = id.startsWith("readouts.");
  const keys = keysOf(id);
  const node = schemaAt(catalogue.schema, isReadout ? "readout" : "signal");
  const part = partOf(document, id);
  const integrated = part["integrator"] !== undefined;
  // An integrator takes the place of the filter and the mean.
  const skip = ["from", "of", "to", "units", "integrator", ...(integrated ? ["tau", "mean"] : [])];
  const fields = schemaFields(catalogue.schema, node, keys, skip);
  const choices = [fromChoice(document, id), ofChoice(document, catalogue, id)];
  const decoder = isReadout ? integratorParts(document, catalogue, id) : { choices: [], fields: [] };
  if (!isReadout) {
    const present = String(part["to"] ?? "");
    const targets = Object.entries(sectionOf(document, "populations")).flatMap(([name, population]) =>
      (entryOf(catalogue, objectAt(population))?.ports ?? [])
        .filter(({ direction, payload }) => direction === "in" && /^(Current|Signal)Array$/.test(payload))
        .map((port) => `${name}.${port.name}`),
    );
    choices.push({
      id: "to",
      label: "To",
      value: present,
      options: [...new Set([...targets, present])].map((value) => ({ value, label: value.replace(".", " · ") })),
      about: "",
      keys: [...keys, "to"],
      choose: (to) => changeValue([...keys, "to"], to, `Connect to ${to}`),
    });
  }
  return {
    id,
    kind: isReadout ? "Read-out" : "Signal",
    title: nameOf(id),
    named: true,
    keys,
    sections: [
      section("read", isReadout ? "Read-out" : "Signal", {
        about: isReadout
          ? "Values of a population as numbers, such as for a robot or a decoder."
          : "Values of a population that act elsewhere in the network one step later.",
        choices,
        fields,
      }),
      ...(isReadout ? [section("integrator", "Integrator", decoder)] : []),
    ],
  };
};
