// Runs before a package is published, in its folder. Refuses a package without the address of the project, which the
// pages of the registry show.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** What the package.json of a folder such as "packages/spark" lacks for a publication; empty if nothing. */
export const missingFor = ({ repository, homepage }, folder) => {
  const problems = [];
  if (!repository?.url) problems.push("repository.url is missing");
  else if (repository.directory !== folder) {
    problems.push(`repository.directory must be "${folder}"; received ${JSON.stringify(repository.directory)}`);
  }
  if (!homepage) problems.push("homepage is missing");
  if (problems.length === 0) return "";
  return `${folder}/package.json: ${problems.join("; ")}. Add the public address of the project, then publish.`;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = `packages/${basename(process.cwd())}`;
  const missing = missingFor(JSON.parse(readFileSync("package.json", "utf8")), folder);
  if (missing) {
    console.error(missing);
    process.exitCode = 1;
  }
}
