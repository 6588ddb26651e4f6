import { XMLParser, XMLValidator } from "fast-xml-parser";
import { FileError } from "spark-snn";
import type { Element } from "./xml.ts";

/* The text of a file as elements. Entities are not expanded, so a small file cannot become a large one. */

/* XMLValidator is deprecated, but the package that replaces it, fast-xml-validator 1.4, brings four further packages. */

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: 50,
});

/** The root element of a file. @throws FileError for text that is no XML of one root, and for a DOCTYPE */
export const parseXml = (bytes: Uint8Array, file: string): Element => {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${file} is not UTF-8 text. Save it as UTF-8.`);
  }
  if (/<!DOCTYPE/i.test(text)) {
    throw new FileError(`${file} has a DOCTYPE, which files of NeuroML do not need. Remove it.`);
  }
  return rootOf(read(text, file), file);
};

const read = (text: string, file: string): readonly unknown[] => {
  try {
    const valid = XMLValidator.validate(text);
    if (valid === true) return parser.parse(text) as readonly unknown[];
    const { msg, line } = valid.err;
    throw new Error(`line ${line}: ${msg}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    throw new FileError(`${file} is not valid XML: ${reason}. Correct or copy it again.`, { cause: error });
  }
};

const rootOf = (parsed: readonly unknown[], file: string): Element => {
  const [root, ...others] = elementsOf(parsed);
  if (root && others.length === 0) return root;
  throw new FileError(`${file} must have one root element; it has ${others.length + (root ? 1 : 0)}. Correct it.`);
};

/** Elements of the form of the parser: { name: children, ":@": attributes }. */
const elementsOf = (list: readonly unknown[]): readonly Element[] =>
  list.flatMap((item) => {
    const { ":@": attributes, ...named } = item as Readonly<Record<string, unknown>>;
    const [entry] = Object.entries(named);
    if (!entry || entry[0] === "#text" || !Array.isArray(entry[1])) return [];
    return [
      {
        name: entry[0],
        attributes: (attributes ?? {}) as Element["attributes"],
        children: elementsOf(entry[1]),
      },
    ];
  });
