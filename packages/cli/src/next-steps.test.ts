import { expect, test } from "vitest";
import { UsageError } from "./arguments.ts";
import { overview } from "./dispatch.ts";
import { errorText } from "./failure.ts";
import { commandText, nextText } from "./next-steps.ts";
import { warn } from "./run-options.ts";
import type { Terminal } from "./terminal.ts";

const terminal = (environment: Terminal["environment"]): Terminal => ({
  out: () => undefined,
  err: () => undefined,
  outIsTerminal: false,
  errIsTerminal: false,
  environment,
  folder: "/",
  signal: new AbortController().signal,
});
const installed = terminal({});
const fetched = terminal({ npm_command: "exec" });

test("next steps begin with npx if the program was started with it", () => {
  const steps = [[["show", "LeakySoma"], "prints its equations"]] as const;
  expect(nextText(installed, steps)).toBe("Next\n  spark-snn show LeakySoma  prints its equations");
  expect(nextText(fetched, steps)).toBe("Next\n  npx spark-snn show LeakySoma  prints its equations");
});

test("words that a shell would split or change are in quotes", () => {
  expect(nextText(installed, [[["analyze", "my results", "it's", "küche/lauf_2.json"], "analyzes"]])).toBe(
    "Next\n  spark-snn analyze 'my results' 'it'\\''s' küche/lauf_2.json  analyzes",
  );
});

test("each command of a line gets its npx, other names do not", () => {
  const line = "spark-snn init && spark-snn run experiment.json";
  expect(commandText(installed, line)).toBe(line);
  expect(commandText(fetched, line)).toBe("npx spark-snn init && npx spark-snn run experiment.json");
  for (const other of ["node_modules/spark-snn/schema", "cannot read my spark-snn run/a.json", "a spark-snn runner"]) {
    expect(commandText(fetched, other)).toBe(other);
  }
});

test("every command of the program gets its npx", async () => {
  for (const line of (await overview()).matchAll(/^ {2}([a-z]+) /gm)) {
    expect(commandText(fetched, `spark-snn ${line[1]}`)).toBe(`npx spark-snn ${line[1]}`);
  }
});

test("errors and warnings begin their commands with npx, too", () => {
  const error = new UsageError("run needs FILE. Write spark-snn run FILE.");
  expect(errorText(error, fetched)).toBe(
    "error run needs FILE. Write npx spark-snn run FILE.\nSee npx spark-snn --help.\n",
  );
  let printed = "";
  const noting = { ...fetched, err: (text: string) => (printed += text) };
  warn(["Draw other parts with spark-snn plot."], noting as never);
  expect(printed).toBe("warning Draw other parts with npx spark-snn plot.\n");
});
