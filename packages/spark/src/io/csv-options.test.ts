import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileError } from "../errors/errors.ts";
import { type CsvOptions, lineOfRow, readCsv } from "./csv.ts";

const read = (text: string, options: CsvOptions): number[][] =>
  readCsv(text, options).columns.map((column) => [...column]);

/** Tables as instruments, spreadsheets and simulators write them. */
const excelDe = "\uFEFFZeit (ms);Strom (pA)\r\n0,000;0,000\r\n0,500;-1,25e2\r\n1,000;300,000\r\n";
const excelSep = "\uFEFFsep=;\r\ntime_ms;current_pA\r\n0;0\r\n0.5;300\r\n";
const matlab = "0,0\n0.5,0\n1,300\n";
const savetxtCsv = "# time_ms,current_pA\n0.0e+00,1.5e+00\n5.000000000000000000e-01,3.0e+02\n";
const savetxt = "# time_ms current_pA\n0.000000000000000000e+00 0.0e+00\n5.000000000000000000e-01 3.0e+02\n";
const atf =
  'ATF\t1.0\r\n3\t3\r\n"AcquisitionMode=Episodic Stimulation"\r\n"Comment="\r\n"YTop=2000,200"\r\n"Time (ms)"\t"Trace #1 (mV)"\t"Trace #1 (pA)"\r\n0\t-60.0\t0\r\n0.5\t-60.0\t300\r\n';
const unitsRow = "time,current\nms,pA\n0,0\n0.5,300\n";
const nest2 = "1\t9.900\t\n1\t21.800\t\n3\t9.900\t\n";
const nest3 = "# NEST version: 3.6.0\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n1\t9.900\n3\t21.800\n";
const bmtk = "timestamps population node_ids\n9.9 exc 0\n21.8 exc 2\n";

describe("readCsv reads", () => {
  const cases: readonly (readonly [name: string, text: string, options: CsvOptions, columns: number[][]])[] = [
    [
      "a German spreadsheet",
      excelDe,
      { separator: ";", decimal: ",", columns: ["Zeit (ms)", 1] },
      [
        [0, 0.5, 1],
        [0, -125, 300],
      ],
    ],
    [
      "quoted decimal commas between commas",
      't,i\n"0,5","-1,25"\n1,"3e2"\n',
      { decimal: ",", columns: ["t", "i"] },
      [
        [0.5, 1],
        [-1.25, 300],
      ],
    ],
    [
      "a spreadsheet that declares its separator",
      excelSep,
      { skipLines: 1, separator: ";", columns: ["time_ms", "current_pA"] },
      [
        [0, 0.5],
        [0, 300],
      ],
    ],
    [
      "numbers without a header",
      matlab,
      { header: false, columns: [1, 0] },
      [
        [0, 0, 300],
        [0, 0.5, 1],
      ],
    ],
    [
      "all numbers without a header",
      matlab,
      { header: false },
      [
        [0, 0.5, 1],
        [0, 0, 300],
      ],
    ],
    [
      "names in a comment",
      savetxtCsv,
      { comment: "#", header: false, columns: [0, 1] },
      [
        [0, 0.5],
        [1.5, 300],
      ],
    ],
    [
      "spaces",
      savetxt,
      { skipLines: 1, separator: " ", header: false, columns: [0, 1] },
      [
        [0, 0.5],
        [0, 300],
      ],
    ],
    [
      "an Axon text file",
      atf,
      { skipLines: 5, separator: "\t", columns: ["Time (ms)", "Trace #1 (pA)"] },
      [
        [0, 0.5],
        [0, 300],
      ],
    ],
    [
      "a row of units",
      unitsRow,
      { unitsRow: true, columns: ["time", "current"] },
      [
        [0, 0.5],
        [0, 300],
      ],
    ],
    [
      "trailing tabs",
      nest2,
      { header: false, separator: "\t", columns: [1, 0] },
      [
        [9.9, 21.8, 9.9],
        [1, 1, 3],
      ],
    ],
    [
      "comments before the names",
      nest3,
      { comment: "#", separator: "\t", columns: ["time_ms", "sender"] },
      [
        [9.9, 21.8],
        [1, 3],
      ],
    ],
    [
      "text between numbers",
      bmtk,
      { separator: " ", columns: ["timestamps", "node_ids"] },
      [
        [9.9, 21.8],
        [0, 2],
      ],
    ],
  ];
  test.each(cases)("%s", (_, text, options, columns) => {
    expect(read(text, options)).toEqual(columns);
    // Also without a line feed at the end, and from pieces.
    expect(read(text.replace(/\r?\n$/, ""), options)).toEqual(columns);
    const bytes = new TextEncoder().encode(text);
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(readCsv(pieces, options).columns.map((column) => [...column])).toEqual(columns);
  });

  test("runs of spaces and tabs, around cells too", () => {
    const text = "  a   b\tc \n 1  2\t 3\t\n\t-4e0 5.25   x6 \n".replace("x6", "6");
    expect(read(text, { separator: " " })).toEqual([
      [1, -4],
      [2, 5.25],
      [3, 6],
    ]);
    expect(read(text.replaceAll("\n", "\r\n"), { separator: " ", columns: ["c"] })).toEqual([[3, 6]]);
    expect(read('"a b" c\n1 2\n', { separator: " ", columns: ["a b"] })).toEqual([[1]]);
  });

  test("comments between rows, and gives the line of each row", () => {
    const table = readCsv("# first\na,b\n1,2\n# between\n  # indented, too\n3,4\n5,6\n", { comment: "#" });
    expect(table.columns.map((column) => [...column])).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
    expect([0, 1, 2].map((row) => lineOfRow(table, row))).toEqual([3, 6, 7]);
    expect(() => readCsv("# first\na,b\n1,2\n# between\n3,x\n", { comment: "#" })).toThrow('CSV line 5 column "b"');
  });

  test("numbers without names, and names the columns of errors by index", () => {
    expect(readCsv("1,2\n", { header: false }).header).toEqual(["0", "1"]);
    expect(() => readCsv("1,2\n3,x\n", { header: false })).toThrow("CSV line 2 column 1 is not a number");
    expect(() => readCsv("1,2\n3\n", { header: false })).toThrow("must have 2 cells like the first row");
  });

  test("the units below the names", () => {
    expect(readCsv(unitsRow, { unitsRow: true }).units).toEqual(["ms", "pA"]);
    expect(() => readCsv("a,b\n", { unitsRow: true, allowNoRows: true })).toThrow("has no row of units");
    expect(() => readCsv("a,b\nms\n1,2\n", { unitsRow: true })).toThrow("CSV line 2 must give 2 units");
  });

  test("columns with the same name, if they are not requested", () => {
    expect(read("t,,\n1,,\n2,,\n", { columns: ["t"] })).toEqual([[1, 2]]);
    expect(() => read("t,a,a\n1,2,3\n", { columns: ["a"] })).toThrow("gives columns 2 and 3 the same name");
  });

  test("a table of comments without rows", () => {
    expect(
      readCsv("# no synapses\n", { comment: "#", header: false, columns: [0, 1], allowNoRows: true }).columns,
    ).toEqual([new Float64Array(0), new Float64Array(0)]);
    expect(() => readCsv("# no synapses\n", { comment: "#", header: false })).toThrow(
      "is empty after the skipped lines",
    );
  });
});

describe("readCsv names the option that is missing", () => {
  const both = ["time_ms", "current_pA"] as const;
  const cases: readonly (readonly [name: string, text: string, options: CsvOptions, message: string])[] = [
    ["a separator", "time_ms;current_pA\n0;0\n", { columns: both }, 'Line 1 names the columns: set separator to ";".'],
    [
      "a separator, for another name",
      excelDe,
      { columns: ["time"] },
      'If ";" separates the cells, set separator to ";".',
    ],
    [
      "a declared separator",
      excelSep,
      { columns: both },
      'The line declares the separator: set skipLines to 1 and separator to ";".',
    ],
    [
      "no header, equal values",
      matlab,
      { columns: [0, 1] },
      'CSV line 1 contains numbers instead of column names; received "0,0". Set header to false',
    ],
    [
      "no header, names requested",
      matlab,
      { columns: both },
      "Set header to false and request the columns by index, counted from 0.",
    ],
    [
      "no header, trailing separators",
      nest2,
      { columns: [1, 0], separator: "\t" },
      "contains numbers instead of column names",
    ],
    [
      "no header, text in other columns",
      "9.9 exc 0\n21.8 exc 0\n",
      { columns: [0, 2], separator: " " },
      "contains numbers instead of column names",
    ],
    [
      "no header, decimal commas",
      "0,5;1\n1;2\n",
      { columns: [0, 1], separator: ";", decimal: "," },
      "contains numbers instead of column names",
    ],
    [
      "names in a comment",
      savetxtCsv,
      { columns: both },
      'A comment names them: set comment to "#" and header to false, and request columns by index: 0 for "time_ms", 1 for "current_pA".',
    ],
    [
      "names in a comment, spaces",
      savetxt,
      { columns: both },
      'A comment names them: set comment to "#", separator to " " and header to false, and request columns by index: 0 for "time_ms", 1 for "current_pA".',
    ],
    [
      "lines to skip",
      atf,
      { columns: ["Time (ms)"] },
      'Line 6 names the columns: set skipLines to 5 and separator to "\\t".',
    ],
    [
      "comments and a separator",
      nest3,
      { columns: ["sender", "time_ms"] },
      'Line 3 names the columns: set comment to "#" and separator to "\\t".',
    ],
    ["a comment", "# made by x\nt,i\n1,2\n", { columns: ["time"] }, 'If the line is a comment, set comment to "#".'],
    ["a comment between rows", "t,i\n1,2\n# end\n", {}, 'If the line is a comment, set comment to "#".'],
    ["a comment with as many cells", "t,i\n1,2\n# end,2\n", {}, 'If the line is a comment, set comment to "#".'],
    [
      "a decimal comma",
      "t;i\n0,5;1\n",
      { separator: ";" },
      'received "0,5". If it is a decimal number, set decimal to ",".',
    ],
    [
      "a decimal point",
      "t;i\n0.5;1\n",
      { separator: ";", decimal: "," },
      'received "0.5". If it is a decimal number, set decimal to ".".',
    ],
    ["a row of units", unitsRow, {}, 'received "ms". If the line gives units, set unitsRow to true.'],
    ["spaces", bmtk, { columns: ["timestamps"] }, 'Line 1 names the columns: set separator to " ".'],
  ];
  test.each(cases)("%s", (_, text, options, message) => {
    expect(() => readCsv(text, options)).toThrow(FileError);
    expect(() => readCsv(text, options)).toThrow(message);
  });

  test("and takes no comma between cells for a decimal comma", () => {
    expect(() => readCsv("t,i\n0,5,1,25\n", { decimal: "," })).toThrow("must have 2 cells like the header");
    expect(read("t,i\n0,5\n", { decimal: "," })).toEqual([[0], [5]]);
    expect(() => readCsv('t,i\n"0,5","1"\n', {})).toThrow('If it is a decimal number, set decimal to ",".');
  });

  test("and refuses options that contradict each other", () => {
    expect(() => readCsv("a\n1\n", { header: false, unitsRow: true })).toThrow("unitsRow needs a header");
    expect(() => readCsv("a\n1\n", { header: false, columns: ["a"] })).toThrow("must be indices");
    expect(() => readCsv("a\n1\n", { comment: "" })).toThrow("comment must be one to three of");
    expect(() => readCsv("a\n1\n", { skipLines: -1 })).toThrow("skipLines must be a whole number of at least 0");
    expect(() => readCsv("a\n1\n", { seperator: ";" } as never)).toThrow("separator");
  });
});

describe("readCsv tells files that are no tables, without their content", () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const cases: readonly (readonly [name: string, bytes: Uint8Array, message: string])[] = [
    ["an image with text", Uint8Array.of(0x89, ...encode("PNG\r\n"), 0x1a, 10), "CSV is an image, not a text table."],
    ["a compressed table", Uint8Array.of(0x1f, 0x8b, 8, 10), "CSV is compressed. Decompress it."],
    ["a MATLAB file", encode("MATLAB 5.0 MAT-file, secret\n"), "CSV is a MATLAB file, not a text table."],
    ["an archive", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 10), "CSV is a zip archive, not a text table. Use npz"],
    [
      "a NumPy file",
      Uint8Array.of(0x93, ...encode("NUMPY"), 1, 0, 10),
      "CSV is a NumPy file, not a text table. Use npy",
    ],
    [
      "an image",
      Uint8Array.of(0x49, 0x49, 0x2a, 0, 8, 0, 0, 10),
      "CSV is binary, not a text table. Save the columns as CSV.",
    ],
    [
      "a document",
      encode('{ "model": { "soma": "LeakySoma" } }\n'),
      "CSV line 1 starts like JSON, not like a text table.",
    ],
    ["a page", encode("<!doctype html>\n<p>secret\n"), "CSV line 1 starts like HTML or XML, not like a text table."],
  ];
  test("such as a list of passwords", () => {
    const options = { columns: ["time_ms", "current_pA"] };
    expect(() => readCsv("secret:x:0:0:root\nsecret:y:1:1\n", options)).toThrow(
      /^CSV must have the requested column; received "time_ms". The line contains only one column. Check that the file is the right one.$/,
    );
  });

  test.each(cases)("%s", (_, bytes, message) => {
    expect(() => readCsv(bytes)).toThrow(message);
    expect(() => readCsv(bytes)).not.toThrow("secret");
  });
});

test("readCsv reads what is written with any options, from pieces of any length", () => {
  const numbers = fc.oneof(
    // The text of −0 is that of 0.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8),
  );
  const tables = fc.record({
    rows: fc.array(fc.tuple(numbers, numbers, numbers), { minLength: 1, maxLength: 20 }),
    separator: fc.constantFrom(",", ";", "\t", " "),
    comma: fc.boolean(),
    header: fc.boolean(),
    skipLines: fc.nat(3),
    comment: fc.constantFrom(undefined, "#", "//"),
    unitsRow: fc.boolean(),
    end: fc.constantFrom("\n", "\r\n"),
    gaps: fc.constantFrom(" ", "\t", "  \t"),
    mark: fc.boolean(),
    columns: fc.subarray([0, 1, 2], { minLength: 1 }),
    piece: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(tables, (given) => {
      const { rows, separator, header, skipLines, comment, end, gaps, mark, columns, piece } = given;
      const decimal = given.comma ? "," : ".";
      const unitsRow = given.unitsRow && header;
      const between = separator === " " ? gaps : separator;
      const outside = separator === " " ? gaps : "";
      const cell = (n: number): string => {
        const written = String(n).replace(".", decimal);
        return decimal === separator ? `"${written}"` : written;
      };
      const line = (cells: readonly string[]): string => outside + cells.join(between) + outside;
      const note = comment === undefined ? [] : [`${comment} ${separator} 1${separator}2`];
      const lines = [
        ...Array.from({ length: skipLines }, (_, k) => `skipped ${k}; , "`),
        ...note,
        ...(header ? [line(["a", "b", "c"])] : []),
        ...note,
        ...(unitsRow ? [line(["ms", "-", "pA"])] : []),
        ...rows.flatMap((row, k) => [...(k % 3 === 1 ? note : []), line(row.map(cell))]),
      ];
      const bytes = new TextEncoder().encode(`${mark ? "\uFEFF" : ""}${lines.join(end)}${end}`);
      const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, k) =>
        bytes.subarray(k * piece, (k + 1) * piece),
      );
      const options = {
        separator: separator as " ",
        decimal: decimal as ".",
        header,
        skipLines,
        unitsRow,
        ...(comment !== undefined && { comment }),
        columns: header ? columns.map((column) => "abc"[column]!) : columns,
      };
      const table = readCsv(pieces, options);
      expect(table.columns.map((column) => [...column])).toEqual(
        columns.map((column) => rows.map((row) => row[column])),
      );
      rows.forEach((row, k) => {
        const at = lines[lineOfRow(table, k) - 1]!;
        expect(at).toBe(line(row.map(cell)));
      });
    }),
    { numRuns: 300 },
  );
});
