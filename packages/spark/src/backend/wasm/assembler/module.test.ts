import binaryen from "binaryen";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { call } from "./code.ts";
import { f32, f32Bits, f32x4, f64, f64Bits, f64x2, i8x16, i16x8, i32, i32x4, i64, i64x2 } from "./constants.ts";
import { type ModuleBuilder, moduleBuilder } from "./module.ts";
import { op, select } from "./op.ts";
import type { ValueType } from "./opcodes.ts";
import type { Local, Value } from "./value.ts";

function text(m: ModuleBuilder): string {
  const module = binaryen.readBinary(m.bytes());
  module.setFeatures(binaryen.Features.All);
  try {
    expect(module.validate()).toBe(1);
    return module.emitText();
  } finally {
    module.dispose();
  }
}

function instance(
  m: ModuleBuilder,
  imports: WebAssembly.Imports = {},
): Record<string, (...args: unknown[]) => unknown> {
  text(m);
  const compiled = new WebAssembly.Instance(new WebAssembly.Module(m.bytes()), imports);
  return compiled.exports as Record<string, (...args: unknown[]) => unknown>;
}

describe("a module", () => {
  test("with nothing in it is the eight bytes of its header", () => {
    expect([...moduleBuilder().bytes()]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  });

  test("has its sections in the order and the bytes of the specification", () => {
    const m = moduleBuilder();
    m.importMemory("e", "m", { min: 1, max: 300, shared: true });
    m.func({ name: "f", params: ["i32"], results: ["i32"], export: true }, (f) => f.return(f.get(f.params[0])));
    expect([...m.bytes().slice(8)]).toEqual([
      ...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f],
      ...[2, 10, 1, 1, 0x65, 1, 0x6d, 2, 3, 1, 0xac, 0x02],
      ...[3, 2, 1, 0],
      ...[7, 5, 1, 1, 0x66, 0, 0],
      ...[10, 7, 1, 5, 0, 0x20, 0, 0x0f, 0x0b],
      ...[0, 11, 4, 0x6e, 0x61, 0x6d, 0x65, 1, 4, 1, 0, 1, 0x66],
    ]);
  });

  test("runs the example of its documentation", async () => {
    const m = moduleBuilder();
    m.importMemory("env", "memory", { min: 1 });
    m.func({ name: "scale", params: ["i32", "i32", "f32"], results: [], export: true }, (f) => {
      const [at, end, factor] = f.params;
      const factors = f.let(op("f32x4.splat", f.get(factor)));
      f.loop((again) => {
        f.emit("v128.store", f.get(at), op("f32x4.mul", op("v128.load", f.get(at)), f.get(factors)));
        f.branchIf(again, op("i32.lt_u", f.tee(at, op("i32.add", f.get(at), i32(16))), f.get(end)));
      });
    });
    const memory = new WebAssembly.Memory({ initial: 1 });
    const numbers = new Float32Array(memory.buffer, 0, 12).fill(3);
    const { instance } = await WebAssembly.instantiate(m.bytes(), { env: { memory } });
    (instance.exports.scale as (at: number, end: number, factor: number) => void)(0, 32, 1.5);
    expect([...numbers]).toEqual([4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 3, 3, 3, 3]);
  });

  test("gives the same bytes each time it is asked", () => {
    const m = moduleBuilder();
    const host = m.importFunc("env", "host", { params: ["i32"], results: ["i32"] });
    m.func({ name: "f", params: [], results: ["i32"] }, (f) => f.return(call(host, i32(1))));
    expect(m.bytes()).toEqual(m.bytes());
  });

  test("names its functions for profilers and stores each signature once", () => {
    const m = moduleBuilder();
    m.importFunc("env", "host", { params: [], results: [] });
    m.func({ name: "first τ", params: [], results: [] }, () => {});
    m.func({ name: "second", params: ["f64"], results: [], export: "other" }, () => {});
    const printed = text(m);
    expect(printed).toContain("(func $second");
    expect(printed.match(/\(type \$\S+ \(func/g)).toHaveLength(2);
    const module = new WebAssembly.Module(m.bytes());
    expect(WebAssembly.Module.customSections(module, "name")).toHaveLength(1);
    expect(WebAssembly.Module.exports(module)).toEqual([{ name: "other", kind: "function" }]);
  });

  test("calls its own and the host's functions, whichever is declared first", () => {
    const m = moduleBuilder();
    const twice = m.func({ name: "twice", params: ["f64"], results: ["f64"] }, (f) => {
      f.return(op("f64.add", f.get(f.params[0]), f.get(f.params[0])));
    });
    const note = m.importFunc("env", "note", { params: ["f64"], results: [] });
    const ask = m.importFunc("env", "ask", { params: [], results: ["f64"] });
    m.func({ name: "run", params: [], results: ["f64"], export: true }, (f) => {
      f.call(note, call(twice, f64(4)));
      f.return(call(twice, call(ask)));
    });
    const noted: number[] = [];
    const { run } = instance(m, { env: { note: (value: number) => noted.push(value), ask: () => 21 } });
    expect(run!()).toBe(42);
    expect(noted).toEqual([8]);
  });

  test("exports its memory", () => {
    const m = moduleBuilder();
    m.memory({ min: 2, max: 3 }, "memory");
    expect((instance(m).memory as unknown as WebAssembly.Memory).buffer.byteLength).toBe(2 * 65536);
  });

  test("returns several results", () => {
    const m = moduleBuilder();
    m.func({ name: "pair", params: ["i32"], results: ["i32", "f64"], export: true }, (f) => {
      f.return(f.get(f.params[0]), f64(0.25));
    });
    expect(instance(m).pair!(7)).toEqual([7, 0.25]);
  });
});

describe("a body", () => {
  test("keeps hundreds of locals of mixed types apart, grouped by type in the binary", () => {
    const types = ["i32", "i64", "f32", "f64", "v128"] as const;
    const m = moduleBuilder();
    m.func({ name: "sum", params: ["i32"], results: ["f64"], export: true }, (f) => {
      const locals: Local<ValueType>[] = [];
      for (let place = 0; place < 400; place++) {
        const type = types[place % 5]!;
        if (type === "i32") locals.push(f.let(i32(place)));
        else if (type === "i64") locals.push(f.let(i64(BigInt(place))));
        else if (type === "f32") locals.push(f.let(f32(place)));
        else if (type === "f64") locals.push(f.let(f64(place)));
        else locals.push(f.let(f64x2(place, -1)));
      }
      const total = f.local("f64");
      for (const local of locals) f.set(total, op("f64.add", f.get(total), toDouble(f.get(local))));
      f.return(f.get(total));
    });
    expect(instance(m).sum!(0)).toBe((400 * 399) / 2);
    expect(text(m).match(/\(local /g)).toHaveLength(401);
  });

  function toDouble(value: Value<ValueType>): Value<"f64"> {
    switch (value.type) {
      case "i32":
        return op("f64.convert_i32_s", value as Value<"i32">);
      case "i64":
        return op("f64.convert_i32_s", op("i32.wrap_i64", value as Value<"i64">));
      case "f32":
        return op("f64.promote_f32", value as Value<"f32">);
      case "v128":
        return op("f64x2.extract_lane", value as Value<"v128">, 0);
      default:
        return value as Value<"f64">;
    }
  }

  test("nests blocks, loops and branches: Collatz steps, with an early way out", () => {
    const m = moduleBuilder();
    m.func({ name: "collatz", params: ["i32", "i32"], results: ["i32"], export: true }, (f) => {
      const [n, limit] = f.params;
      const steps = f.local("i32");
      f.block((done) => {
        f.loop((again) => {
          f.branchIf(done, op("i32.le_u", f.get(n), i32(1)));
          f.if(op("i32.eq", f.get(steps), f.get(limit)), () => {
            f.block(() => f.branch(done));
            f.unreachable();
          });
          f.if(
            op("i32.eqz", op("i32.and", f.get(n), i32(1))),
            () => f.set(n, op("i32.shr_u", f.get(n), i32(1))),
            (leave) => {
              f.set(n, op("i32.add", op("i32.mul", f.get(n), i32(3)), i32(1)));
              f.branchIf(leave, i32(1));
              f.unreachable();
            },
          );
          f.set(steps, op("i32.add", f.get(steps), i32(1)));
          f.branch(again);
        });
      });
      f.return(f.get(steps));
    });
    const { collatz } = instance(m);
    const steps = (n: number): number => (n === 1 ? 0 : 1 + steps(n % 2 === 0 ? n / 2 : 3 * n + 1));
    for (const n of [1, 2, 3, 6, 7, 27, 97]) expect(collatz!(n, 1000)).toBe(steps(n));
    expect(collatz!(27, 10)).toBe(10);
  });

  test("computes any tree of integer arithmetic as JavaScript does", () => {
    type Tree = { verb: "add" | "sub" | "mul"; left: Tree; right: Tree } | number;
    const trees = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.integer(),
        fc.record({
          verb: fc.constantFrom("add" as const, "sub" as const, "mul" as const),
          left: tie("tree"),
          right: tie("tree"),
        }),
      ),
    })).tree;
    const meanings = {
      add: (a: number, b: number) => (a + b) | 0,
      sub: (a: number, b: number) => (a - b) | 0,
      mul: Math.imul,
    };
    const evaluate = (tree: Tree): number =>
      typeof tree === "number" ? tree : meanings[tree.verb](evaluate(tree.left), evaluate(tree.right));
    const emit = (tree: Tree): Value<"i32"> =>
      typeof tree === "number" ? i32(tree) : op(`i32.${tree.verb}`, emit(tree.left), emit(tree.right));
    fc.assert(
      fc.property(trees, (tree) => {
        const m = moduleBuilder();
        m.func({ name: "run", params: [], results: ["i32"], export: true }, (f) => f.return(emit(tree)));
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(m.bytes()));
        expect((exports.run as () => number)()).toBe(evaluate(tree));
      }),
    );
  });

  test("takes a tree of any depth, and refuses one that doubles beyond what engines accept", () => {
    const m = moduleBuilder();
    m.func({ name: "run", params: ["i32"], results: ["i32"], export: true }, (f) => {
      let value = f.get(f.params[0]);
      for (let place = 0; place < 50_000; place++) value = op("i32.add", i32(1), value);
      f.return(value);
    });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(m.bytes()));
    expect((exports.run as (value: number) => number)(5)).toBe(50_005);

    const doubling = moduleBuilder();
    doubling.func({ name: "run", params: ["i32"], results: ["i32"] }, (f) => {
      let value = f.get(f.params[0]);
      for (let place = 0; place < 40; place++) value = op("i32.add", value, value);
      f.return(value);
    });
    expect(() => doubling.bytes()).toThrow(
      "run is larger than 7654321 bytes. Keep values that are used twice in locals.",
    );
  });

  test("selects, tees and drops values of every type", () => {
    const m = moduleBuilder();
    m.func({ name: "run", params: ["i32"], results: ["f64"], export: true }, (f) => {
      const [choice] = f.params;
      const kept = f.local("v128");
      f.drop(f.tee(kept, select(f.get(choice), f64x2(1, 2), f64x2(3, 4))));
      const low = op("f64x2.extract_lane", f.get(kept), 0);
      f.return(select(f.get(choice), low, op("f64x2.extract_lane", f.get(kept), 1)));
    });
    const { run } = instance(m);
    expect([run!(1), run!(0), run!(-7)]).toEqual([1, 4, 1]);
  });
});

describe("constants", () => {
  /** The sixteen bytes, or fewer, that a constant leaves in memory. */
  function stored(value: Value<ValueType>, size: number): number[] {
    const m = moduleBuilder();
    m.memory({ min: 1 }, "memory");
    m.func({ name: "run", params: [], results: [], export: true }, (f) => {
      const emit = f.emit.bind(f) as (name: string, address: Value<"i32">, value: Value<ValueType>) => void;
      emit(`${value.type}.store`, i32(0), value);
    });
    const exports = instance(m);
    exports.run!();
    return [...new Uint8Array((exports.memory as unknown as WebAssembly.Memory).buffer, 0, size)];
  }

  const bytes = (values: ArrayLike<number> & ArrayBufferView): number[] => [...new Uint8Array(values.buffer)];

  test("keep signs of zero, infinities and subnormals, and round to single precision once", () => {
    for (const value of [0, -0, 1 / 3, -1e-45, 1e39, -Infinity, 16777217, 5e-324]) {
      expect(stored(f32(value), 4)).toEqual(bytes(new Float32Array([value])));
      expect(stored(f64(value), 8)).toEqual(bytes(new Float64Array([value])));
    }
    expect(stored(f32x4(-0, 0.1, Infinity, -2), 16)).toEqual(bytes(new Float32Array([-0, 0.1, Infinity, -2])));
    expect(stored(f64x2(-0, 0.1), 16)).toEqual(bytes(new Float64Array([-0, 0.1])));
  });

  test("write NaN as the canonical NaN, and any other NaN by its bits", () => {
    expect(stored(f32(Number.NaN), 4)).toEqual([0, 0, 0xc0, 0x7f]);
    expect(stored(f64(Number.NaN), 8)).toEqual([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
    expect(stored(f32x4(Number.NaN, 0, 0, 0), 16).slice(0, 4)).toEqual([0, 0, 0xc0, 0x7f]);
    expect(stored(f32Bits(0xffa1_2345), 4)).toEqual([0x45, 0x23, 0xa1, 0xff]);
    expect(stored(f64Bits(0xfff4_0000_0000_beefn), 8)).toEqual([0xef, 0xbe, 0, 0, 0, 0, 0xf4, 0xff]);
  });

  test("of vectors hold their lanes from the lowest address, signed or not", () => {
    expect(stored(i32x4(1, -1, 0xffff_fffe, -0x8000_0000), 16)).toEqual(
      bytes(new Int32Array([1, -1, -2, -0x8000_0000])),
    );
    expect(stored(i64x2(-2n, 2n ** 64n - 3n), 16)).toEqual([254, ...Array(7).fill(255), 253, ...Array(7).fill(255)]);
    const sixteen = [0, 1, 2, 3, 4, 5, 6, 7, -1, -128, 255, 128, 12, 13, 14, 15];
    expect(stored(i8x16(...sixteen), 16)).toEqual(bytes(new Int8Array(sixteen)));
    const eight = [0, 1, -1, -32768, 65535, 32768, 6, 7];
    expect(stored(i16x8(...eight), 16)).toEqual(bytes(new Int16Array(eight)));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (lanes) => {
        expect(stored(op("v128.const", lanes), 16)).toEqual([...lanes]);
      }),
      { numRuns: 10 },
    );
  });
});
