import { expect, test } from "vitest";
import { commandText, nextText } from "./next-steps.ts";
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
  expect(commandText(fetched, "node_modules/spark-snn/schema")).toBe("node_modules/spark-snn/schema");
});
