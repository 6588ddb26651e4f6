import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const source = fileURLToPath(new URL("../../src", import.meta.url));

/** The text after `@throws` of a declaration, also for a variable or a property that holds a function. */
const throwsOf = (node: ts.Node): string =>
  ts
    .getJSDocTags(node)
    .filter(({ tagName }) => tagName.text === "throws")
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "")
    .join(" ");

const nameOf = (node: ts.Node): string | undefined => {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]!.name.getText();
  const named = node as Partial<ts.NamedDeclaration>;
  return named.name?.getText();
};

/** The documented errors of all declarations below a folder, by "name" or "Class.method". */
const read = (): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const files = readdirSync(source, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts") && !/\.test(-support)?\.ts$/.test(name))) {
    const text = readFileSync(`${source}/${file}`, "utf8");
    for (const node of ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements) {
      const name = nameOf(node);
      if (name === undefined) continue;
      found.set(name, `${found.get(name) ?? ""} ${throwsOf(node)}`);
      if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) continue;
      for (const member of node.members) {
        const key = `${name}.${nameOf(member)}`;
        found.set(key, `${found.get(key) ?? ""} ${throwsOf(member)}`);
      }
    }
  }
  return found;
};

const documented = read();
export const documentedNames: readonly string[] = [...documented.keys()];

/** The classes of errors that a function documents, also by "like `other`" and "the errors of `other`". */
export const documentedErrors = (name: string, seen: ReadonlySet<string> = new Set()): string[] => {
  const text = documented.get(name) ?? "";
  const own = [...text.matchAll(/\b[A-Z]\w*Error\b/g)].map(([word]) => word);
  const others = [...text.matchAll(/(?:`|\{@link )([\w.]+)(?:`|\})/g)]
    .map(([, word]) => word!)
    .filter((word) => word !== name && !seen.has(word) && documented.has(word));
  return [...new Set([...own, ...others.flatMap((other) => documentedErrors(other, new Set([...seen, name])))])].sort();
};
