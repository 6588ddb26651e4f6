import { FileError } from "../errors/errors.ts";

/** The typed arrays that have a NumPy dtype. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** NumPy's letter for the kind of number, and its size in bytes; `b1` is a bool. */
export type NpyDtype = "f4" | "f8" | "i1" | "i2" | "i4" | "i8" | "u1" | "u2" | "u4" | "u8" | "b1";

/** Contents of the header of a .npy file. */
export interface NpyHeader {
  readonly dtype: NpyDtype;
  readonly bigEndian: boolean;
  /** True if the first index varies fastest in the file. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Byte at which the data starts. */
  readonly dataOffset: number;
}

/** Bytes of one element. */
export function dtypeSize(dtype: NpyDtype): number {
  return Number(dtype[1]);
}

const dtypes: ReadonlySet<string> = new Set<NpyDtype>([
  "f4",
  "f8",
  "i1",
  "i2",
  "i4",
  "i8",
  "u1",
  "u2",
  "u4",
  "u8",
  "b1",
]);
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;
const longestHeader = 65_536;
const highestRank = 32;
const firstDimensionDigits = 21;
const alignment = 64;

/**
 * The header of a .npy file of format 1.0, little endian, row-major, as NumPy writes it. Its length depends on `dtype`
 * and on every dimension except the first. A file that grows can therefore start with a first dimension of 0, and
 * replace its header byte for byte when the number of rows is known.
 *
 * @throws FileError if a dimension is not a whole number from 0, or there are more than 32 dimensions.
 */
export function npyHeader(dtype: NpyDtype, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  if (shape.length > highestRank) {
    throw new FileError(
      `npyHeader.shape must have at most ${highestRank} dimensions; received ${shape.length}. Reshape the array.`,
    );
  }
  shape.forEach((length, axis) => {
    if (Number.isSafeInteger(length) && length >= 0) return;
    throw new FileError(
      `npyHeader.shape[${axis}] must be a whole number from 0; received ${length}. Give the lengths of the axes.`,
    );
  });
  const order = dtypeSize(dtype) === 1 ? "|" : "<";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const room = shape.length === 0 ? 0 : firstDimensionDigits - String(shape[0]).length;
  const text = `{'descr': '${order}${dtype}', 'fortran_order': False, 'shape': ${tuple}, }${" ".repeat(room)}`;
  const length = Math.ceil((10 + text.length + 1) / alignment) * alignment;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set(magic, 0);
  bytes.set([1, 0, (length - 10) & 0xff, (length - 10) >> 8], 6);
  for (let i = 0; i < text.length; i++) bytes[10 + i] = text.charCodeAt(i);
  bytes[length - 1] = 0x0a;
  return bytes;
}

/** Parses the header of a .npy file; `where` names the file in messages. @throws FileError that names the byte. */
export function parseNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  magic.forEach((expected, at) => {
    if (bytes[at] === expected) return;
    const found = bytes.length > at ? `0x${bytes[at]!.toString(16).padStart(2, "0")}` : "the end of the file";
    throw new FileError(
      `${where} is not a NumPy .npy file: byte ${at} must be 0x${expected.toString(16)}; received ${found}. Save it with numpy.save.`,
    );
  });
  const major = bytes[6] ?? truncated(where, bytes, 8);
  const minor = bytes[7] ?? truncated(where, bytes, 8);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FileError(
      `${where} byte 6 must give .npy format 1.0, 2.0 or 3.0; received ${major}.${minor}. Save it with numpy.save.`,
    );
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) truncated(where, bytes, start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) {
    throw new FileError(
      `${where} byte 8 must give a header of at most ${longestHeader} bytes; received ${length}. Save the file again.`,
    );
  }
  const dataOffset = start + length;
  if (bytes.length < dataOffset) truncated(where, bytes, dataOffset);
  const literal = new HeaderLiteral(bytes.subarray(start, dataOffset), start, where);
  return { ...literal.read(), dataOffset };
}

function truncated(where: string, bytes: Uint8Array, needed: number): never {
  throw new FileError(
    `${where} ends at byte ${bytes.length}, inside its header, which extends to byte ${needed}. The file is incomplete; copy or save it again.`,
  );
}

type Fields = Omit<NpyHeader, "dataOffset">;

/**
 * Parses the only Python literal that a header may contain: a dict with descr, fortran_order and shape, in any order.
 */
class HeaderLiteral {
  private at = 0;
  private readonly text: string;
  private readonly start: number;
  private readonly where: string;

  constructor(bytes: Uint8Array, start: number, where: string) {
    // Latin-1: one character per byte, so that positions in the text are positions in the file.
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    this.text = text;
    this.start = start;
    this.where = where;
  }

  read(): Fields {
    let order: Pick<Fields, "dtype" | "bigEndian"> | undefined;
    let fortranOrder: boolean | undefined;
    let shape: readonly number[] | undefined;
    this.expect(/\{/y, "a dict that opens with {");
    while (this.accept(/\}/y) === undefined) {
      const at = this.position();
      const key = this.expect(/'[a-z_]*'|"[a-z_]*"/y, "'descr', 'fortran_order' or 'shape'").slice(1, -1);
      this.expect(/:/y, "a colon");
      if (key === "descr" && order === undefined) order = this.readDtype();
      else if (key === "fortran_order" && fortranOrder === undefined)
        fortranOrder = this.expect(/True|False/y, "True or False") === "True";
      else if (key === "shape" && shape === undefined) shape = this.readShape();
      else this.fail(`must name 'descr', 'fortran_order' and 'shape' once each; received '${key}'`, at);
      if (this.accept(/,/y) === undefined && this.peek() !== "}") this.refuse("a comma or }");
    }
    const end = this.position();
    this.accept(/[ \n]*/y);
    if (this.at < this.text.length) this.refuse("nothing but spaces after the dict");
    if (order === undefined) return this.fail("lacks 'descr', the kind of its numbers", end);
    if (fortranOrder === undefined) return this.fail("lacks 'fortran_order'", end);
    if (shape === undefined) return this.fail("lacks 'shape'", end);
    return { ...order, fortranOrder, shape };
  }

  private readDtype(): Pick<Fields, "dtype" | "bigEndian"> {
    const at = this.position();
    if (this.peek() === "[")
      this.fail("has a structured dtype, which is not supported", at, "Save each field separately");
    const descr = this.expect(/'[^'\n]*'|"[^"\n]*"/y, "a dtype in quotes, such as '<f4'").slice(1, -1);
    const order = descr[0] ?? "";
    const name = descr.slice(1);
    const known = dtypes.has(name) && (order === "<" || order === ">" || (order === "|" && name[1] === "1"));
    if (!known) {
      this.fail(
        `has an unsupported dtype; received ${JSON.stringify(descr)}`,
        at,
        "Convert it to float32, float64, a whole number of 8 to 64 bits or bool before numpy.save",
      );
    }
    return { dtype: name as NpyDtype, bigEndian: order === ">" };
  }

  private readShape(): readonly number[] {
    const at = this.position();
    const shape: number[] = [];
    let comma = true;
    this.expect(/\(/y, "a shape that opens with (");
    while (this.accept(/\)/y) === undefined) {
      if (!comma) this.refuse("a comma or )");
      const length = Number(this.expect(/\d{1,20}L?/y, "a length, a whole number from 0").replace("L", ""));
      if (!Number.isSafeInteger(length)) this.fail(`has an axis that is too long; received ${length}`, at);
      shape.push(length);
      comma = this.accept(/,/y) !== undefined;
    }
    if (shape.length === 1 && !comma) this.fail(`has a shape that is not a tuple; received (${shape[0]})`, at);
    if (shape.length > highestRank)
      this.fail(`has ${shape.length} dimensions; at most ${highestRank} are supported`, at, "Reshape the array");
    return shape;
  }

  private accept(pattern: RegExp): string | undefined {
    while (this.text[this.at] === " ") this.at++;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private expect(pattern: RegExp, what: string): string {
    return this.accept(pattern) ?? this.refuse(what);
  }

  private peek(): string | undefined {
    while (this.text[this.at] === " ") this.at++;
    return this.text[this.at];
  }

  private position(): number {
    this.peek();
    return this.start + this.at;
  }

  private refuse(expected: string): never {
    const found = this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 12)) : "its end";
    return this.fail(`is not a literal dict: expected ${expected}; received ${found}`, this.start + this.at);
  }

  private fail(problem: string, at: number, remedy = "Save the file again with numpy.save"): never {
    throw new FileError(`${this.where} header at byte ${at} ${problem}. ${remedy}.`);
  }
}
