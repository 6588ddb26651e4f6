import { expect, test } from "vitest";
import { ModelError, UnitError } from "../errors/errors.ts";
import { text } from "./refusals.test-support.ts";
import { namesRows } from "./refused-names.test-support.ts";
import { notationRows } from "./refused-notation.test-support.ts";
import { unitsRows } from "./refused-units.test-support.ts";
import { somaFromEquations } from "./soma.ts";

/*
 * What authors of equations get wrong, and what they are told. Reading these tables is reviewing the messages: each
 * names the line and the column, says what is wrong in the words of the text, and ends with what to do.
 */

const rows = [...notationRows, ...namesRows, ...unitsRows];

test("the text that the tables change is sound", () => {
  expect(() => somaFromEquations("Sound", text({}))).not.toThrow();
});

test("the tables have at least a hundred rows with different names", () => {
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(100);
});

test.each(rows.map(([name, ...row]) => ({ name, row })))(
  "refuses: $name",
  ({ row: [source, messages, options = {}] }) => {
    let error: unknown;
    try {
      somaFromEquations("Wrong", source, options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error instanceof ModelError || error instanceof UnitError).toBe(true);
    const lines = (error as Error).message.split("\n");
    // Each problem is a sentence, the line of the text, and carets under the wrong part.
    expect(lines.filter((_, k) => k % 3 === 0)).toEqual(messages.map((message) => `Wrong, ${message}`));
    for (let k = 0; k < lines.length; k += 3) expect(lines[k + 2]).toMatch(/^ *\^+$/);
    for (const message of messages) expect(message).toMatch(/^line \d+, column \d+: .*[.?]$/);
  },
);

test("errors of units alone are UnitErrors; others are ModelErrors", () => {
  expect(() => somaFromEquations("Wrong", text({ spike: "spike: v > -50" }))).toThrow(UnitError);
  expect(() => somaFromEquations("Wrong", text({ spike: "spike: v > -50", x: "x = y" }))).toThrow(ModelError);
});

test("arguments of another kind are refused", () => {
  const read = somaFromEquations as (...args: unknown[]) => unknown;
  expect(() => read(3)).toThrow(
    'soma.equations takes the name of the soma first; received 3. Write soma.equations("AdEx", text).',
  );
  expect(() => read("A", ["v"])).toThrow(
    'soma.equations("A") takes the equations as a text; received ["v"]. Write them in backquotes.',
  );
  expect(() => read("A", text({}), 3)).toThrow(
    'soma.equations("A") takes options such as { method: "rk4" }; received 3. Give an object.',
  );
  expect(() => read("A", text({}), { metod: "rk4" })).toThrow(
    'soma.equations("A").metod is not an option. Did you mean "method"?',
  );
  expect(() => read("A", text({}), { about: 3 })).toThrow('soma.equations("A").about must be a text; received 3.');
  expect(() => read("a", text({}))).toThrow('soma("a") must be named in PascalCase');
  expect(() => read("A", text({}), { method: "rk5" })).toThrow("A.method must be a method of integration");
  expect(() => read("A", text({}), { method: { v: "rk4" } })).toThrow("A.method.w is missing");
  expect(() => read("A", " ".repeat(100_001))).toThrow("takes at most 100000 characters; received 100001");
});
