import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, FileError, ShapeError } from "../errors/errors.ts";
import { csvRows, readCsv, readCsvStream } from "./csv.ts";
import type { TypedArray } from "./npy.ts";

const utf8 = new TextEncoder();
const text = "time_ms,current_pA\n0,10.625\n1,-4.375\n";

/** The rows of a text, as plain arrays. */
function columnsOf(source: string, options = {}): number[][] {
  return readCsv(source, options).columns.map((column) => [...column]);
}

describe("readCsv", () => {
  it("reads every column, or the requested ones in the requested order", () => {
    const table = readCsv(text);
    expect(table.header).toEqual(["time_ms", "current_pA"]);
    expect(table.rows).toBe(2);
    expect(table.columns).toEqual([Float64Array.of(0, 1), Float64Array.of(10.625, -4.375)]);
    expect(columnsOf(text, { columns: ["current_pA", 0] })).toEqual([
      [10.625, -4.375],
      [0, 1],
    ]);
    expect(columnsOf(text, { columns: [1] })).toEqual([[10.625, -4.375]]);
  });

  it.each([
    ["a byte order mark", "\uFEFFa,b\n1,2\n"],
    ["CRLF", "a,b\r\n1,2\r\n"],
    ["no line end after the last row", "a,b\n1,2"],
    ["blank lines at the end", "a,b\n1,2\n\n \r\n\n"],
    ["padded cells and names", " a , b\n 1,\t2 \n"],
    ["quoted cells", '"a","b"\n"1",2\n'],
    ["other forms of the numbers", "a,b\n+1.,.2e1\n"],
  ])("accepts %s", (_, source) => {
    expect(readCsv(source).header).toEqual(["a", "b"]);
    expect(columnsOf(source)).toEqual([[1], [2]]);
  });

  it("reads other separators", () => {
    expect(columnsOf("a;b\n1;2\n", { separator: ";" })).toEqual([[1], [2]]);
    expect(columnsOf("a\tb\n1\t2\n", { separator: "\t" })).toEqual([[1], [2]]);
  });

  it("ignores the contents of columns that were not requested", () => {
    const source = 'name,v,note\n"Ann ""A"", B",1,\nBø,2,"x, y"\r\n,3,ok\n';
    expect(columnsOf(source, { columns: ["v"] })).toEqual([[1, 2, 3]]);
  });

  it("stores the nearest double of every decimal", () => {
    const any = fc.double({ noNaN: true, noDefaultInfinity: true });
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat({ max: 25 }));
    const written = fc.oneof(
      any.map(String),
      any.map((x) => x.toExponential()),
      decimal.map(([digits, places]) => placed(digits, places)),
    );
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 50 }), (cells) => {
        const [column] = readCsv(`é\n${cells.join("\n")}`).columns;
        for (const [row, cell] of cells.entries()) expect(Object.is(column![row], Number(cell)), cell).toBe(true);
      }),
    );
  });

  it("reads the same from chunks cut anywhere, synchronous or not", async () => {
    const source = utf8.encode('\uFEFF"ti""me",b,long\r\n1,-2.5,1.2345678901234567\r\n"3",4e2,-0\r\n\r\n');
    const whole = readCsv(source);
    expect(whole.columns).toEqual([
      Float64Array.of(1, 3),
      Float64Array.of(-2.5, 400),
      Float64Array.of(1.2345678901234567, -0),
    ]);
    for (let size = 1; size <= source.length; size++) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < source.length; at += size) chunks.push(source.subarray(at, at + size));
      expect(readCsv(chunks)).toEqual(whole);
    }
    // The source reuses one buffer.
    async function* reused(): AsyncGenerator<Uint8Array> {
      const chunk = new Uint8Array(1);
      for (const byte of source) {
        chunk[0] = byte;
        yield chunk;
      }
    }
    expect(await readCsvStream(reused())).toEqual(whole);
  });

  it("reads a file of several pieces with lines across their borders", () => {
    const rows = 200_000;
    const lines = Array.from({ length: rows }, (_, i) => `${i},${i / 7}`);
    const [a, b] = readCsv(`a,b\n${lines.join("\n")}\n`).columns;
    expect([a!.length, b!.length]).toEqual([rows, rows]);
    expect(a!.findIndex((value, i) => value !== i)).toBe(-1);
    expect(b!.findIndex((value, i) => value !== i / 7)).toBe(-1);
  });

  it("accepts a header of numbers if the columns are requested by name", () => {
    expect(columnsOf("0,1\n5,6\n", { columns: ["1"] })).toEqual([[6]]);
  });

  it("accepts a table without rows if allowed", () => {
    expect(readCsv("a,b\n", { allowNoRows: true })).toEqual({
      header: ["a", "b"],
      rows: 0,
      columns: [new Float64Array(0), new Float64Array(0)],
      lines: [],
    });
  });
});

/** An integer with its decimal point moved left. */
function placed(digits: bigint, places: number): string {
  const plain = (digits < 0n ? -digits : digits).toString().padStart(places + 1, "0");
  const point = plain.length - places;
  return `${digits < 0n ? "-" : ""}${plain.slice(0, point)}${places > 0 ? "." : ""}${plain.slice(point)}`;
}

describe("readCsv refuses", () => {
  it.each([
    ["an empty file", "", "x.csv is empty. Write a header and rows."],
    ["only a byte order mark", "\uFEFF", "x.csv line 1 is blank, but must contain the column names."],
    ["a blank first line", "\na,b\n1,2\n", "x.csv line 1 is blank"],
    ["only a header", "a,b\n", "x.csv has a header but no rows."],
    ["no header", "0,10.5\n1,11\n", 'x.csv line 1 contains numbers instead of column names; received "0,10.5"'],
    ["a duplicate name", "a,b, a\n1,2,3\n", 'x.csv line 1 gives columns 1 and 3 the same name; received "a"'],
    ["a short row", "a,b\n1,2\n3\n", 'x.csv line 3 must have 2 cells like the header; received 1 in "3"'],
    ["a long row", "a,b\n1,2,\n", 'x.csv line 2 must have 2 cells like the header; received 3 in "1,2,"'],
    ["a blank line between rows", "a,b\n1,2\n\n\n3,4\n", "x.csv line 3 is blank, but rows follow."],
    ["an empty cell", "a,b\n1,2\n3,\n", 'x.csv line 3 column "b" is empty.'],
    ["a cell of spaces", "a,b\n1,2\n  ,3\n", 'x.csv line 3 column "a" is empty.'],
    [
      "text",
      "a,b\n1,2\n3,x4\n",
      'x.csv line 3 column "b" is not a number; received "x4". Write a decimal number such as -12.5.',
    ],
    ["long text", `a\n1\n${"y".repeat(100)}\n`, `received "${"y".repeat(40)}…"`],
    ["hexadecimal", "a\n0x10\n", 'is not a number; received "0x10"'],
    ["only a point", "a\n.\n", 'is not a number; received "."'],
    ["two points", "a\n1.2.3\n", 'is not a number; received "1.2.3"'],
    ["two numbers in a cell", "a\n1 2\n", 'is not a number; received "1 2"'],
    ["an exponent without digits", "a\n1e\n", 'is not a number; received "1e"'],
    ["NaN", "a,b\n1,NaN\n", 'x.csv line 2 column "b" must be finite; received "NaN"'],
    ["an infinity", "a,b\n1,-inf\n", 'must be finite; received "-inf"'],
    ["a number beyond the doubles", "a\n1e400\n", 'is too large for a double; received "1e400"'],
    [
      "an open quote",
      'a,b\n1,"2\n3,4\n',
      'x.csv line 2 opens a quote and does not close it on the same line; received "\\"2"',
    ],
    ["text after a quote", 'a,b\n"1"2,3\n', "x.csv line 2 has text after a closing quote"],
    ["a quote inside a cell", 'a,b\n1"2,3\n', "x.csv line 2 has a quote inside an unquoted cell"],
    ["old line ends", "a,b\r1,2\r", "x.csv line 1 contains a carriage return without a line feed."],
    ["another separator", "a;b\n1;2\n", 'column "a;b" is not a number; received "1;2"'],
  ])("%s", (_, source, message) => {
    expect(() => readCsv(source, { name: "x.csv" })).toThrow(FileError);
    expect(() => readCsv(source, { name: "x.csv" })).toThrow(message);
  });

  it.each([
    ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x61, 0), "is UTF-16 text. Save it as UTF-8."],
    ["names that are not UTF-8", Uint8Array.of(0x61, 0xe9, 0x0a), "line 1 is not UTF-8"],
    [
      "a number with a foreign byte",
      Uint8Array.of(0x61, 0x0a, 0x31, 0xe9, 0x0a),
      'is not a number; received "1\uFFFD"',
    ],
  ])("%s", (_, source, message) => {
    expect(() => readCsv(source)).toThrow(FileError);
    expect(() => readCsv(source)).toThrow(message);
  });

  it.each([
    [
      ["current"],
      'CSV must have the requested column; received "current". Its columns are "time_ms", "current_pA". Did you mean "current_pA"?',
    ],
    [["weight"], 'Its columns are "time_ms", "current_pA". Name one of them.'],
    [[2], 'CSV has 2 columns, numbered from 0; received index 2. Its columns are "time_ms", "current_pA".'],
    [[0.5], "received index 0.5"],
    [[-1], "received index -1"],
  ])("the columns %j", (columns, message) => {
    expect(() => readCsv(text, { columns })).toThrow(FileError);
    expect(() => readCsv(text, { columns })).toThrow(message);
  });

  it("invalid options", () => {
    expect(() => readCsv(text, { columns: [] })).toThrow(ConfigError);
    expect(() => readCsv(text, { columns: [0, "time_ms"] })).toThrow('columns[1] repeats column "time_ms"');
    expect(() => readCsv(text, { separator: "|" as "," })).toThrow(ConfigError);
  });
});

describe("readCsv on any bytes", () => {
  it("returns whole columns or refuses, for truncations, flipped bits and noise", () => {
    const readOrRefuse = (bytes: Uint8Array): void => {
      try {
        const { rows, columns } = readCsv(bytes);
        for (const column of columns) {
          expect(column.length).toBe(rows);
          expect(column.every(Number.isFinite)).toBe(true);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    };
    const source = utf8.encode('\uFEFFa,"b",c\r\n1,2e3,-0.5\n"7",8.123456789012345678,9\n');
    for (let length = 0; length < source.length; length++) readOrRefuse(source.slice(0, length));
    for (let bit = 0; bit < source.length * 8; bit++) {
      const damaged = source.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      readOrRefuse(damaged);
    }
    fc.assert(fc.property(fc.uint8Array(), readOrRefuse));
    const letter = fc.constantFrom("a", ",", "\n", "\r", '"', "1", ".", "-", "e", " ", "\uFEFF", "é");
    fc.assert(
      fc.property(fc.array(letter), (letters) => readOrRefuse(utf8.encode(`a,b\n${letters.join("")}`))),
      { numRuns: 1000 },
    );
  });

  it("sees the same cells as another reader in every accepted text", () => {
    const letter = fc.constantFrom(",", ",", "\n", '"', "1", "2", "7.5", "-", " ");
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1, maxLength: 12 }), (letters) => {
        const source = `a,b\n${letters.join("")}`;
        let columns: number[][];
        try {
          columns = columnsOf(source);
        } catch {
          return;
        }
        accepted++;
        const rows = parse(source.trimEnd(), { trim: true }) as string[][];
        expect(columns).toEqual([0, 1].map((column) => rows.slice(1).map((row) => Number(row[column]))));
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe("csvRows", () => {
  it("prints each column in its own precision", () => {
    const columns: TypedArray[] = [
      Int32Array.of(1, -2),
      Float32Array.of(0.1, -60.7),
      Float64Array.of(0.1, 1 / 3),
      BigInt64Array.of(2n ** 60n, 0n),
    ];
    expect([...csvRows(["i", "f", "d", "l"], columns)].join("")).toBe(
      "i,f,d,l\n1,0.1,0.1,1152921504606846976\n-2,-60.7,0.3333333333333333,0\n",
    );
  });

  it("gives every value back through readCsv", () => {
    const finite = { noNaN: true, noDefaultInfinity: true };
    const rows = fc.array(fc.record({ d: fc.double(finite), f: fc.float(finite), i: fc.integer() }), { minLength: 1 });
    const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((x) => x.trim() === x && !/[\r\n\uFEFF]/.test(x));
    const names = fc.uniqueArray(name, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(rows, names, fc.integer({ min: 1, max: 5 }), (list, header, rowsPerChunk) => {
        const d = Float64Array.from(list, (row) => row.d);
        const f = Float32Array.from(list, (row) => row.f);
        const i = Int32Array.from(list, (row) => row.i);
        const chunks = [...csvRows(header, [d, f, i], { rowsPerChunk })];
        const table = readCsv(chunks.join(""), { columns: header });
        expect(table.header).toEqual(header);
        expect(table.columns[0]).toEqual(d);
        expect(Float32Array.from(table.columns[1]!)).toEqual(f);
        expect(Int32Array.from(table.columns[2]!)).toEqual(i);
      }),
    );
  });

  it("omits the names in a continued table", () => {
    expect([...csvRows(["a"], [Int8Array.of(7)], { header: false })]).toEqual(["7\n"]);
  });

  it.each([
    [["a"], [Float32Array.of(0, Number.NaN)], FileError, 'csvRows column "a" must be finite at row 1; received NaN'],
    [["a"], [Float64Array.of(Number.NEGATIVE_INFINITY)], FileError, "at row 0; received -Infinity"],
    [
      ["a", "a"],
      [Int8Array.of(1), Int8Array.of(1)],
      FileError,
      'csvRows.header[1] repeats a column name; received "a"',
    ],
    [[" a"], [Int8Array.of(1)], FileError, 'without outer spaces; received " a"'],
    [["a\nb"], [Int8Array.of(1)], FileError, "csvRows.header[0] must be a name on one line"],
    [[""], [Int8Array.of(1)], FileError, "csvRows.header[0]"],
    [
      ["a", "b"],
      [Int8Array.of(1), Int8Array.of(1, 2)],
      ShapeError,
      'csvRows column "b" must have the 1 rows of the first column; received 2',
    ],
    [["a", "b"], [Int8Array.of(1)], ShapeError, "received 2 names and 1 column"],
    [[], [], ShapeError, "received 0 names and 0 columns"],
  ])("refuses case %#", (header, columns, kind, message) => {
    expect(() => [...csvRows(header, columns)]).toThrow(kind);
    expect(() => [...csvRows(header, columns)]).toThrow(message);
  });

  it.each([0, -1, 1.5])("refuses %d rows per chunk", (rowsPerChunk) => {
    expect(() => [...csvRows(["a"], [Int8Array.of(1)], { rowsPerChunk })]).toThrow(ConfigError);
  });
});
