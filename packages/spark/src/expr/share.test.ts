import fc from "fast-check";
import { expect, test } from "vitest";
import { constant, symbol, walk } from "./expr.ts";
import { randomFloat } from "./random-expr.test-support.ts";
import { share } from "./share.ts";
import { add, mul, normalNoise, uniformNoise } from "./verbs.ts";

const v = (): ReturnType<typeof symbol<"float">> => symbol("float", "v", "state", "mV");

test("equal parts become one object, also across roots", () => {
  const [a, b] = share([add(v(), mul(v(), 2)), mul(v(), 2)]);
  expect(a!.args[1]).toBe(b);
  expect(a!.args[0]).toBe(b!.args[0]);
});

test("parts that differ in any property stay separate", () => {
  const different = [
    constant("float", 0),
    constant("float", -0),
    constant("float", 0, "mV"),
    constant("int", 0),
    constant("float", Number.NaN),
    symbol("float", "v", "state", "mV"),
    symbol("float", "v", "field", "mV"),
    symbol("float", "w", "state", "mV"),
    normalNoise("a"),
    normalNoise("b"),
    uniformNoise("a"),
    add(v(), 1),
    add(1, v()),
  ];
  expect(new Set(share(different)).size).toBe(different.length);
});

test("sharing keeps the graph and is idempotent", () => {
  fc.assert(
    fc.property(randomFloat, (expr) => {
      const [once] = share([expr]);
      expect(once).toEqual(expr);
      const count = (root: typeof expr): number => {
        let n = 0;
        walk([root], () => n++);
        return n;
      };
      expect(share([once!])[0]).toBe(once);
      const texts = new Set<string>();
      walk([once!], (part) => texts.add(JSON.stringify([part, Object.is(part.value, -0)])));
      expect(count(once as typeof expr)).toBe(texts.size);
    }),
  );
});
