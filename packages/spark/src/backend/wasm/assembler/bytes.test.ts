import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteWriter, signed32, signed64 } from "./bytes.ts";

/** Decodes LEB128 as the specification defines it, over bigints; also counts the bytes. */
function decode(bytes: Uint8Array, signed: boolean): { value: bigint; used: number } {
  let value = 0n;
  for (let used = 0; used < bytes.length; used++) {
    const byte = BigInt(bytes[used]!);
    value += (byte & 0x7fn) << BigInt(7 * used);
    if (byte < 0x80n) {
      const width = 7 * (used + 1);
      return { value: signed ? BigInt.asIntN(width, value) : value, used: used + 1 };
    }
  }
  throw new Error("The last byte asks for another.");
}

function unsigned(value: number): Uint8Array {
  const writer = new ByteWriter();
  writer.unsigned(value);
  return writer.finish();
}

const lengthOfUnsigned = (value: number): number => Math.max(1, Math.ceil(value.toString(2).length / 7));

test("unsigned LEB128 is read back, in the fewest bytes", () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff_ffff })), (value) => {
      const bytes = unsigned(value);
      expect(decode(bytes, false)).toEqual({ value: BigInt(value), used: bytes.length });
      expect(bytes.length).toBe(lengthOfUnsigned(value));
    }),
  );
});

test("unsigned LEB128 has the bytes of the specification's edges", () => {
  expect([...unsigned(0)]).toEqual([0]);
  expect([...unsigned(127)]).toEqual([0x7f]);
  expect([...unsigned(128)]).toEqual([0x80, 0x01]);
  expect([...unsigned(624485)]).toEqual([0xe5, 0x8e, 0x26]);
  expect([...unsigned(0xffff_ffff)]).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
});

test("signed LEB128 of 32 bits is read back and agrees with that of 64 bits", () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer()), (value) => {
      const bytes = signed32(value);
      expect(decode(bytes, true)).toEqual({ value: BigInt(value), used: bytes.length });
      expect(signed64(BigInt(value))).toEqual(bytes);
    }),
  );
  for (const value of [-0x8000_0000, 0x7fff_ffff, -64, -65, 63, 64]) {
    expect(decode(signed32(value), true).value).toBe(BigInt(value));
  }
  expect([...signed32(-64)]).toEqual([0x40]);
  expect([...signed32(64)]).toEqual([0xc0, 0x00]);
});

test("signed LEB128 of 64 bits is read back in at most ten bytes", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const bytes = signed64(value);
      expect(decode(bytes, true)).toEqual({ value, used: bytes.length });
      expect(bytes.length).toBeLessThanOrEqual(10);
    }),
  );
  for (const value of [-(2n ** 63n), 2n ** 63n - 1n, -(2n ** 31n), 2n ** 31n]) {
    expect(decode(signed64(value), true).value).toBe(value);
  }
});

test("a signed 32-bit pattern above 2^31 - 1 is written as the negative number with the same bits", () => {
  expect(signed32(0xffff_ffff)).toEqual(signed32(-1));
  expect(signed32(0x8000_0000)).toEqual(signed32(-0x8000_0000));
});

test.each([-1, 1.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])("unsigned LEB128 refuses %d", (value) => {
  expect(() => unsigned(value)).toThrow(RangeError);
});

test("bytes of any amount come out in the order written", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 12 }), (runs) => {
      const outer = new ByteWriter();
      for (const run of runs) {
        const inner = new ByteWriter();
        inner.bytes(run);
        outer.sized(inner);
        outer.byte(0xaa);
      }
      const expected = runs.flatMap((run) => [...unsigned(run.length), ...run, 0xaa]);
      expect([...outer.finish()]).toEqual(expected);
    }),
  );
});

test("a name is stored as UTF-8 with its length in bytes", () => {
  const writer = new ByteWriter();
  writer.text("τ≥");
  expect([...writer.finish()]).toEqual([5, 0xcf, 0x84, 0xe2, 0x89, 0xa5]);
});
