import XMLBuilder from "fast-xml-builder";

/* XML elements in their order, as the library for XML takes them. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

/** An element. Attributes that are undefined are omitted. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly (Element | string)[] = [],
): Element => ({
  name,
  attributes: Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ),
  children,
});

type Ordered = Readonly<Record<string, unknown>>;

const ordered = ({ name, attributes, children }: Element): Ordered => ({
  [name]: children.map((child) => (typeof child === "string" ? { "#text": child } : ordered(child))),
  ...(Object.keys(attributes).length > 0 && { ":@": attributes }),
});

const builder = new XMLBuilder({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  suppressEmptyNode: true,
  format: true,
  indentBy: "  ",
});

/** The text of a document. */
export const xmlText = (root: Element): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build([ordered(root)]).trim()}\n`;

/** A quantity of NeuroML, such as "-60mV": the shortest decimal number with the same bits, and its unit. */
export const quantity = (value: number, unit: string): string => `${String(value).replace("e+", "e")}${unit}`;
