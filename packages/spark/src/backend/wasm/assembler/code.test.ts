import { expect, test } from "vitest";
import { call, type FunctionBuilder, type Label } from "./code.ts";
import { f32, i32, i64 } from "./constants.ts";
import { moduleBuilder } from "./module.ts";
import { op } from "./op.ts";
import type { Local } from "./value.ts";

type Body = (f: FunctionBuilder<readonly ["i32"], readonly []>) => void;

/** Builds a module around the body, so that what is refused late is refused too. */
function body(build: Body): () => void {
  return () => {
    const m = moduleBuilder();
    m.func({ name: "run", params: ["i32"], results: [] }, build);
    m.bytes();
  };
}

const other: { local?: Local<"i32">; label?: Label } = {};
moduleBuilder().func({ name: "other", params: ["i32"], results: [] }, (f) => {
  other.local = f.params[0];
  f.block((leave) => {
    other.label = leave;
  });
});

/** Every wrong statement, the class of its error and the start of its sentence. */
const bodies: readonly (readonly [name: string, build: Body, kind: typeof Error, message: string])[] = [
  [
    "a local set to another type",
    // @ts-expect-error: the local is an f32.
    (f) => f.set(f.local("f32"), i32(1)),
    TypeError,
    "run set of local 0 of run must be a value of type f32; received a value of type i32.",
  ],
  [
    "a local teed with another type",
    // @ts-expect-error: the local is a v128.
    (f) => f.drop(f.tee(f.local("v128"), i32(1))),
    TypeError,
    "run tee of local 0 of run must be a value of type v128",
  ],
  [
    "a local as a value",
    // @ts-expect-error: a local is read with get.
    (f) => f.drop(op("i32.eqz", f.params[0])),
    TypeError,
    "i32.eqz operand 0 must be a value of type i32; received parameter 0 of run itself (read it with f.get).",
  ],
  [
    "a local of another function",
    (f) => f.drop(f.get(other.local!)),
    TypeError,
    "run cannot use parameter 0 of other.",
  ],
  [
    "a label of another function",
    (f) => f.branch(other.label!),
    TypeError,
    "run branches to a label that does not enclose the branch.",
  ],
  [
    "a label after its block",
    (f) => {
      let kept: Label | undefined;
      f.block((leave) => {
        kept = leave;
      });
      f.branch(kept!);
    },
    TypeError,
    "run branches to a label that does not enclose the branch.",
  ],
  [
    "an if on a float",
    // @ts-expect-error: an if asks for an i32.
    (f) => f.if(f32(1), () => {}),
    TypeError,
    "run if condition must be a value of type i32; received a value of type f32.",
  ],
  [
    "a branch on a long",
    // @ts-expect-error: a branch asks for an i32.
    (f) => f.loop((again) => f.branchIf(again, i64(1n))),
    TypeError,
    "run branchIf condition must be a value of type i32",
  ],
  [
    "a result too many",
    // @ts-expect-error: the function returns nothing.
    (f) => f.return(i32(1)),
    TypeError,
    "run results must be 0; received 1.",
  ],
  [
    "a store of another type",
    // @ts-expect-error: the stored value is a float.
    (f) => f.emit("f32.store", i32(0), i32(1)),
    TypeError,
    "f32.store operand 1 must be a value of type f32",
  ],
];

test.each(bodies)("%s is refused in a body", (_, build, kind, message) => {
  expect(body(build)).toThrow(kind);
  expect(body(build)).toThrow(message);
});

test("a function that can end without its results is refused", () => {
  const build = () => moduleBuilder().func({ name: "run", params: [], results: ["i32"] }, () => {});
  expect(build).toThrow("run ends without its 1 results. End it with f.return or f.unreachable.");
});

test("a result of another type is refused", () => {
  const m = moduleBuilder();
  // @ts-expect-error: the function returns an i32.
  const build = () => m.func({ name: "run", params: [], results: ["i32"] }, (f) => f.return(f32(1)));
  expect(build).toThrow("run result 0 must be a value of type i32; received a value of type f32.");
});

test("calls with wrong arguments, too few, or the wrong number of results are refused", () => {
  const m = moduleBuilder();
  const half = m.importFunc("env", "half", { params: ["f32"], results: ["f32"] });
  const stop = m.importFunc("env", "stop", { params: [], results: [] });
  // @ts-expect-error: the argument is an f32.
  expect(() => call(half, i32(1))).toThrow("call of function env.half argument 0 must be a value of type f32");
  // @ts-expect-error: the argument is missing.
  expect(() => call(half)).toThrow("call of function env.half arguments must be 1; received 0.");
  // @ts-expect-error: stop leaves no value.
  expect(() => call(stop)).toThrow("function env.stop has 0 results; 1 are used.");
  // @ts-expect-error: half leaves a value.
  expect(body((f) => f.call(half, f32(1)))).toThrow("function env.half has 1 results; 0 are used.");
});

test("a function of another module is refused when the module is written", () => {
  const foreign = moduleBuilder().importFunc("env", "stop", { params: [], results: [] });
  expect(body((f) => f.call(foreign))).toThrow(
    "run cannot use function env.stop: another function or module declared it.",
  );
});

test.each([
  [{ min: -1 }, "ModuleBuilder.memory min in pages must be an integer from 0 to 65536; received -1."],
  [{ min: 1.5 }, "ModuleBuilder.memory min in pages must be"],
  [{ min: 1, max: 65537 }, "ModuleBuilder.memory max in pages must be an integer from 1 to 65536; received 65537."],
  [{ min: 3, max: 2 }, "ModuleBuilder.memory min in pages must be an integer from 0 to 2; received 3."],
  [
    { min: 1, shared: true },
    "ModuleBuilder.memory max in pages must be an integer from 1 to 65536; received undefined.",
  ],
])("a memory of %j is refused", (limits, message) => {
  expect(() => moduleBuilder().memory(limits)).toThrow(message);
});

test("a second memory and a second export of one name are refused", () => {
  const m = moduleBuilder();
  m.memory({ min: 1 }, "memory");
  expect(() => m.importMemory("env", "memory", { min: 1 })).toThrow("ModuleBuilder.memory is declared twice");
  expect(() => m.func({ name: "memory", params: [], results: [], export: true }, () => {})).toThrow(
    'ModuleBuilder exports "memory" twice.',
  );
});
