import type { FormField } from "./fields.ts";
import type { Command } from "./history.ts";
import type { Key } from "./json.ts";

/* The form of a node, an edge or the run, as data. Views only draw it. */

export interface Option {
  readonly value: string;
  readonly label: string;
  /** Heading above its group of options. */
  readonly group?: string;
}

/** A choice that changes more than one value, such as the model. */
export interface FormChoice {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  /** Text about the chosen option. */
  readonly about: string;
  /** Keys whose problems are shown at the choice. */
  readonly keys: readonly Key[];
  readonly choose: (value: string) => Command | undefined;
}

/** Another part that belongs to this one, as a link. */
export interface FormLink {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
}

export interface FormSection {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly open: boolean;
  readonly choices: readonly FormChoice[];
  readonly fields: readonly FormField[];
  readonly links: readonly FormLink[];
  /** Equations of a model as text. */
  readonly equations: string | undefined;
  /** An input that can be drawn. */
  readonly drawing?: { readonly keys: readonly Key[]; readonly unit: string } | undefined;
  /** A population whose response to a step of current is shown beside its equations. */
  readonly response?: string | undefined;
}

export interface Form {
  /** Identity of the part, or "run". */
  readonly id: string;
  /** "Population", "Projection", "Run". */
  readonly kind: string;
  readonly title: string;
  /** Whether it has a name that can change. */
  readonly named: boolean;
  readonly keys: readonly Key[];
  readonly sections: readonly FormSection[];
}

export const section = (id: string, title: string, parts: Partial<FormSection> = {}): FormSection => ({
  id,
  title,
  about: "",
  open: true,
  choices: [],
  fields: [],
  links: [],
  equations: undefined,
  ...parts,
});
