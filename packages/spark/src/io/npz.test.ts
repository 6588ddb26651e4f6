import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { FileError } from "../errors/errors.ts";
import { elementCount, encodeNpy } from "./npy.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";
import { anyArray, bitsOf } from "./testing/arbitrary.ts";

const small = { spikes: { data: Int32Array.of(1, 2, 3), shape: [3] }, dt: { data: Float64Array.of(0.1), shape: [] } };
const repetitive = { zeros: { data: new Float64Array(1000), shape: [10, 100] } };

/** Position of the first occurrence of a little-endian word. */
function findWord(bytes: Uint8Array, word: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at + 4 <= bytes.length; at++) if (view.getUint32(at, true) === word) return at;
  return -1;
}

/** A copy with some bytes of the first directory record (or the end record) changed. */
function edited(bytes: Uint8Array, word: number, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, findWord(copy, word) + at);
  return copy;
}
const directory = 0x02014b50;
const endRecord = 0x06054b50;

describe("an NPZ file", () => {
  it.each([true, false])("keeps every array (compress: %s)", (compress) => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_ äπ]{0,8}$/);
    fc.assert(
      fc.property(fc.dictionary(name, anyArray, { maxKeys: 4 }), (arrays) => {
        const back = decodeNpz(encodeNpz(arrays, { compress }));
        expect(Object.keys(back)).toEqual(Object.keys(arrays));
        for (const [key, { data, shape, dtype }] of Object.entries(arrays)) {
          expect(back[key]!.shape).toEqual(shape);
          expect(back[key]!.dtype).toBe(dtype);
          expect(bitsOf(back[key]!.data)).toEqual(bitsOf(data));
        }
      }),
    );
  });

  it("is smaller when compressed", () => {
    expect(encodeNpz(repetitive, { compress: true }).length).toBeLessThan(encodeNpz(repetitive).length / 10);
  });

  it("has the date 1980-01-01 and no other trace of when it was written", () => {
    const bytes = encodeNpz(small);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(10, true)).toBe((1 << 21) | (1 << 16));
    expect(encodeNpz(small)).toEqual(bytes);
  });

  it("can have names that objects treat specially", () => {
    const arrays = Object.fromEntries([
      ["__proto__", small.dt],
      ["constructor", small.dt],
    ]);
    expect(Object.keys(decodeNpz(encodeNpz(arrays)))).toEqual(["__proto__", "constructor"]);
  });
});

describe("encodeNpz refuses", () => {
  it.each(["", "a/b", "..", "a\\b", "C:x", "a\nb", "\ud800"])("the name %j", (name) => {
    expect(() => encodeNpz({ [name]: small.dt })).toThrow(FileError);
  });

  it("more than a zip can hold, before it allocates memory", () => {
    const huge = { byteLength: 2 ** 32, length: 2 ** 30 } as Float32Array;
    expect(() => encodeNpz({ huge: { data: huge, shape: [2 ** 30], dtype: "f4" } })).toThrow(
      'encodeNpz array "huge" exceeds the 4294967295 bytes of a zip; received 4294967296 bytes of data. Write it as a .npy file.',
    );
  });
});

describe("decodeNpz refuses", () => {
  const bytes = encodeNpz(small);
  const packed = encodeNpz(repetitive, { compress: true });
  const npy = encodeNpy(small.dt);
  const twice = zipSync({ "a.npy": npy, "b.npy": npy }, { level: 0 });
  for (let at = 0; at < twice.length; at++) if (twice[at] === 0x62 && twice[at + 1] === 0x2e) twice[at] = 0x61;
  const flipped = bytes.slice();
  flipped[findWord(flipped, 0x04034b50) + 30 + 10 + 128] = 77;

  it.each([
    ["an empty file", new Uint8Array(0), 'x.npz is not a zip: byte 0 must begin with "PK"'],
    ["another file", npy, "is not a zip"],
    ["a cut file", bytes.slice(0, -30), "begins like a zip but has no directory at its end"],
    ["extra bytes at the start", Uint8Array.from([0, ...bytes]), "but it ends at byte"],
    ["a duplicate name", twice, 'member "a.npy" occurs twice'],
    ["a path", zipSync({ a: { "b.npy": npy } }), 'member "a/" is not a .npy file'],
    ["a path in a name", zipSync({ "../b.npy": npy }), 'member "../b.npy" has a name that looks like a path'],
    ["a nameless array", zipSync({ ".npy": npy }), "has a name that is empty"],
    ["another kind of member", zipSync({ "a.txt": npy }), 'member "a.txt" is not a .npy file'],
    [
      "a member that is not a .npy file",
      zipSync({ "a.npy": Uint8Array.of(1) }),
      'member "a.npy" is not a NumPy .npy file: byte 0',
    ],
    ["changed data", flipped, 'member "spikes.npy" has CRC-32'],
    ["encryption", edited(bytes, directory, 8, [1]), 'member "spikes.npy" is encrypted'],
    ["another compression", edited(bytes, directory, 10, [12]), "received compression method 12"],
    ["zip64 sizes", edited(bytes, directory, 24, [255, 255, 255, 255]), 'member "spikes.npy" uses the zip64 extension'],
    ["a zip64 directory", edited(bytes, endRecord, 16, [255, 255, 255, 255]), "x.npz uses the zip64 extension"],
    ["several disks", edited(bytes, endRecord, 4, [1]), "spans several disks"],
    ["a missing member", edited(bytes, directory, 42, [1]), "byte 1 must contain the member's own record"],
    [
      "a member that ends elsewhere",
      edited(bytes, directory, 20, [255, 255, 0, 0, 255, 255]),
      "past the zip's members",
    ],
    ["two names for one member", edited(bytes, directory, 46, [0x53]), "has another name than in the zip directory"],
    ["an impossible ratio", edited(packed, directory, 24, [0, 0, 0, 127]), "which its compression cannot produce"],
    ["more than declared", edited(packed, directory, 24, [1, 0]), "inflates to more than the 1 bytes"],
    ["less than declared", edited(packed, directory, 24, [255, 32]), "but the zip directory gives 8447"],
    [
      "a broken stream",
      edited(packed, 0x04034b50, 30 + 9, [255, 255]),
      'member "zeros.npy" cannot be inflated after 0 of',
    ],
  ])("%s", (_, file, message) => {
    expect(() => decodeNpz(file, { name: "x.npz" })).toThrow(FileError);
    expect(() => decodeNpz(file, { name: "x.npz" })).toThrow(message);
  });

  it("more than the limit, summed over all members, before inflating", () => {
    const both = encodeNpz({ ...repetitive, ...small }, { compress: true });
    const total = 128 + 8000 + 128 + 12 + 128 + 8;
    expect(Object.keys(decodeNpz(both, { limit: total }))).toHaveLength(3);
    expect(() => decodeNpz(both, { limit: total - 1 })).toThrow(
      `member "dt.npy" takes the arrays to ${total} bytes, more than the limit of ${total - 1}.`,
    );
  });
});

describe("decodeNpz for damaged bytes", () => {
  const files = [encodeNpz(small), encodeNpz({ ...repetitive, dt: small.dt }, { compress: true })];

  function readOrRefuse(bytes: Uint8Array): void {
    try {
      for (const { data, shape } of Object.values(decodeNpz(bytes))) expect(data.length).toBe(elementCount(shape));
    } catch (error) {
      expect(error).toBeInstanceOf(FileError);
    }
  }

  function contents(bytes: Uint8Array): Buffer {
    return Buffer.concat(Object.values(decodeNpz(bytes)).map(({ data }) => bitsOf(data)));
  }

  it("refuses every truncation", () => {
    for (const bytes of files)
      for (let length = 0; length < bytes.length; length++)
        expect(() => decodeNpz(bytes.slice(0, length))).toThrow(FileError);
  });

  it("refuses or reads the same arrays after every flipped bit", () => {
    for (const bytes of files) {
      const whole = contents(bytes);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const damaged = bytes.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        try {
          expect(contents(damaged).equals(whole)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(FileError);
        }
      }
    }
  });

  it("reads or refuses random bytes, alone and written over a file", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), readOrRefuse));
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (file, at, noise) => {
          const damaged = file.slice();
          damaged.set(noise.slice(0, damaged.length), at % Math.max(1, damaged.length - noise.length));
          readOrRefuse(damaged);
        },
      ),
      { numRuns: 500 },
    );
  });
});
