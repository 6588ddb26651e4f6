import fc from "fast-check";
import { expect, test } from "vitest";
import type { FunctionBuilder } from "./code.ts";
import { i32 } from "./constants.ts";
import { moduleBuilder } from "./module.ts";
import { op } from "./op.ts";
import type { Local } from "./value.ts";

type Int = Local<"i32">;

/** A statement of a random function on a list of locals, the first of which is the parameter. */
type Statement =
  | { readonly kind: "let"; readonly a: number; readonly b: number }
  | { readonly kind: "set"; readonly to: number; readonly from: number }
  | { readonly kind: "loop"; readonly times: number; readonly body: readonly Statement[] }
  | {
      readonly kind: "if";
      readonly on: number;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    };

const place = fc.nat(1000);
const { statements } = fc.letrec<{ readonly statements: readonly Statement[]; readonly statement: Statement }>(
  (tie) => ({
    statements: fc.array(tie("statement"), { maxLength: 8, size: "max" }),
    statement: fc.oneof(
      { maxDepth: 4, withCrossShrink: true, depthIdentifier: "nesting" },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("let" as const), a: place, b: place }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("set" as const), to: place, from: place }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("loop" as const),
          times: fc.integer({ min: 1, max: 3 }),
          body: tie("statements"),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("if" as const),
          on: place,
          yes: tie("statements"),
          no: tie("statements"),
        }),
      },
    ),
  }),
);

/** Adds a local to a checksum. */
const mix = (f: FunctionBuilder, sum: Int, local: Int): void =>
  f.set(sum, op("i32.add", op("i32.mul", f.get(sum), i32(31)), f.get(local)));

/** Emits the statements. Locals of inner blocks are used after the blocks, too, where they may be zero or old. */
const emit = (f: FunctionBuilder, locals: Int[], list: readonly Statement[]): void => {
  // Recent locals are used more often.
  const at = (k: number): Int =>
    locals[k % 3 === 0 ? k % locals.length : locals.length - 1 - (k % Math.min(4, locals.length))]!;
  for (const statement of list) {
    if (statement.kind === "let") {
      const [a, b] = [at(statement.a), at(statement.b)];
      const product = op("i32.mul", f.get(a), i32(31));
      const local = f.let(op("i32.add", op("i32.add", product, f.get(b)), i32(7)));
      locals.push(local);
      if (statement.a % 2 === 0) mix(f, locals[0]!, local);
    } else if (statement.kind === "set") {
      f.set(at(statement.to), f.get(at(statement.from)));
    } else if (statement.kind === "loop") {
      const count = f.let(i32(statement.times));
      f.loop((again) => {
        emit(f, locals, statement.body);
        f.set(count, op("i32.sub", f.get(count), i32(1)));
        f.branchIf(again, f.get(count));
      });
    } else {
      const bit = op("i32.and", f.get(at(statement.on)), i32(1));
      f.if(
        bit,
        () => emit(f, locals, statement.yes),
        () => emit(f, locals, statement.no),
      );
    }
  }
};

/** Runs a function with `spare` unused locals, and returns its checksum; `outside` adds all locals at the end. */
const run = (list: readonly Statement[], spare: number, outside: boolean): number => {
  const m = moduleBuilder();
  m.func({ name: "run", params: ["i32"], results: ["i32"], export: true }, (f) => {
    for (let k = 0; k < spare; k++) f.local("i32");
    const builder = f as unknown as FunctionBuilder;
    const locals: Int[] = [f.params[0]];
    emit(builder, locals, list);
    if (outside) for (const local of locals) mix(builder, f.params[0], local);
    f.return(f.get(f.params[0]));
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(m.bytes()));
  return (exports["run"] as (value: number) => number)(12345);
};

test.each([true, false])("locals that share places keep their values (%s)", (outside) => {
  fc.assert(
    fc.property(statements, (list) => {
      expect(run(list, 3000, outside)).toBe(run(list, 0, outside));
    }),
    { numRuns: 300 },
  );
});

test("a function with more values than an engine has locals compiles", () => {
  const m = moduleBuilder();
  const many = 60_000;
  m.func({ name: "run", params: ["i32"], results: ["i32"], export: true }, (f) => {
    let last: Int = f.params[0];
    for (let k = 0; k < many; k++) last = f.let(op("i32.add", op("i32.mul", f.get(last), i32(31)), i32(k % 100)));
    f.return(f.get(last));
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(m.bytes()));
  let expected = 5;
  for (let k = 0; k < many; k++) expected = (Math.imul(expected, 31) + (k % 100)) | 0;
  expect((exports["run"] as (value: number) => number)(5)).toBe(expected);
});
