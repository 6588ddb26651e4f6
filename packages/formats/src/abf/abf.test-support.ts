/* Small Axon files for tests, by the published layout. */

export interface WrittenChannel {
  readonly name: string;
  readonly unit: string;
  /** Value of a raw unit. */
  readonly gain: number;
}

export interface WrittenEpoch {
  readonly shape: number;
  readonly level: number;
  readonly levelStep?: number;
  readonly duration: number;
  readonly durationStep?: number;
  readonly period?: number;
  readonly width?: number;
}

export interface WrittenFile {
  readonly channels: readonly WrittenChannel[];
  /** Raw integers: sweeps × samples × channels. */
  readonly raw: readonly (readonly (readonly number[])[])[];
  /** Time between samples, µs. */
  readonly interval: number;
  readonly command?: {
    readonly name: string;
    readonly unit: string;
    readonly holding: number;
    readonly epochs: readonly WrittenEpoch[];
    readonly keepsLevel?: boolean;
    /** 1 for epochs, 2 for another file. */
    readonly source?: number;
  };
  readonly isFloat?: boolean;
}

const BLOCK = 512;

class Writer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }
  text(at: number, text: string): void {
    for (let k = 0; k < text.length; k++) this.bytes[at + k] = text.charCodeAt(k);
  }
  int16(at: number, value: number): void {
    this.view.setInt16(at, value, true);
  }
  int32(at: number, value: number): void {
    this.view.setInt32(at, value, true);
  }
  float(at: number, value: number): void {
    this.view.setFloat32(at, value, true);
  }
  data(at: number, { raw, isFloat = false }: WrittenFile): void {
    raw.flat(2).forEach((value, k) => {
      if (isFloat) this.float(at + 4 * k, value);
      else this.int16(at + 2 * k, value);
    });
  }
}

const blocks = (bytes: number): number => Math.max(1, Math.ceil(bytes / BLOCK));

/** A file of version 2. */
export const abf2 = (file: WrittenFile): Uint8Array<ArrayBuffer> => {
  const { channels, raw, interval, command, isFloat = false } = file;
  const samples = raw.flat(2).length;
  const texts = ["Clampex", ...channels.flatMap(({ name, unit }) => [name, unit])];
  if (command) texts.push(command.name, command.unit, "C:\\stimulus.atf");
  const strings = `${texts.join("\0")}\0`;
  const epochs = command?.epochs ?? [];
  const sections = {
    protocol: { place: 76, entry: 512, count: 1 },
    channels: { place: 92, entry: 128, count: channels.length },
    commands: { place: 108, entry: 256, count: command ? 1 : 0 },
    outputs: { place: 124, entry: 32, count: epochs.length },
    epochs: { place: 156, entry: 48, count: epochs.length },
    strings: { place: 220, entry: 44 + strings.length, count: 1 },
    data: { place: 236, entry: isFloat ? 4 : 2, count: samples },
    sweeps: { place: 316, entry: 8, count: raw.length },
  };
  let block = 1;
  const at: Record<string, number> = {};
  for (const [name, { entry, count }] of Object.entries(sections)) {
    at[name] = block * BLOCK;
    block += blocks(entry * count);
  }
  const out = new Writer(block * BLOCK);
  out.text(0, "ABF2");
  out.bytes.set([0, 0, 6, 2], 4);
  out.int32(12, raw.length);
  out.int16(30, isFloat ? 1 : 0);
  for (const [name, { place, entry, count }] of Object.entries(sections)) {
    out.int32(place, count === 0 ? 0 : at[name]! / BLOCK);
    out.int32(place + 4, entry);
    out.int32(place + 8, count);
  }
  const protocol = at["protocol"]!;
  out.int16(protocol, 5);
  out.float(protocol + 2, interval);
  out.float(protocol + 110, 10);
  out.int32(protocol + 118, 32768);
  channels.forEach(({ gain }, k) => {
    const own = at["channels"]! + 128 * k;
    out.int16(own, k);
    out.float(own + 28, 1);
    out.float(own + 40, 10 / 32768 / gain);
    out.float(own + 48, 1);
    out.int32(own + 74, 2 + 2 * k);
    out.int32(own + 78, 3 + 2 * k);
  });
  if (command) {
    const own = at["commands"]!;
    const index = 2 + 2 * channels.length;
    out.float(own + 12, command.holding);
    out.int32(own + 24, index);
    out.int32(own + 28, index + 1);
    out.int16(own + 40, 1);
    out.int16(own + 42, command.source ?? 1);
    out.int16(own + 44, command.keepsLevel === true ? 1 : 0);
    out.int32(own + 118, index + 2);
    epochs.forEach((epoch, k) => {
      const one = at["epochs"]! + 48 * k;
      out.int16(one, k);
      out.int16(one + 4, epoch.shape);
      out.float(one + 6, epoch.level);
      out.float(one + 10, epoch.levelStep ?? 0);
      out.int32(one + 14, epoch.duration);
      out.int32(one + 18, epoch.durationStep ?? 0);
      out.int32(one + 22, epoch.period ?? 0);
      out.int32(one + 26, epoch.width ?? 0);
    });
  }
  out.text(at["strings"]!, "SSCH");
  out.text(at["strings"]! + 44, strings);
  out.data(at["data"]!, file);
  let first = 0;
  raw.forEach((sweep, k) => {
    out.int32(at["sweeps"]! + 8 * k, first);
    out.int32(at["sweeps"]! + 8 * k + 4, sweep.length * channels.length);
    first += sweep.length * channels.length;
  });
  return out.bytes as Uint8Array<ArrayBuffer>;
};

/** A file of version 1.83. */
export const abf1 = (file: WrittenFile): Uint8Array<ArrayBuffer> => {
  const { channels, raw, interval, command, isFloat = false } = file;
  const samples = raw.flat(2).length;
  const header = 12;
  const out = new Writer((header + blocks(samples * (isFloat ? 4 : 2))) * BLOCK);
  out.text(0, "ABF ");
  out.float(4, 1.83);
  out.int16(8, 5);
  out.int32(10, samples);
  out.int32(16, raw.length);
  out.int32(40, header);
  out.int16(100, isFloat ? 1 : 0);
  out.int16(120, channels.length);
  out.float(122, interval / channels.length);
  out.float(244, 10);
  out.int32(252, 32768);
  for (let k = 0; k < 16; k++) out.int16(410 + 2 * k, k < channels.length ? k : -1);
  channels.forEach(({ name, unit, gain }, k) => {
    out.text(442 + 10 * k, name.padEnd(10));
    out.text(602 + 8 * k, unit.padEnd(8));
    out.float(730 + 4 * k, 1);
    out.float(922 + 4 * k, 10 / 32768 / gain);
    out.float(1050 + 4 * k, 1);
  });
  if (command) {
    out.text(1306, command.name.padEnd(10));
    out.text(1346, command.unit.padEnd(8));
    out.float(1394, command.holding);
    out.int16(2296, 1);
    out.int16(2300, command.source ?? 1);
    out.int16(2304, command.keepsLevel === true ? 1 : 0);
    command.epochs.forEach((epoch, k) => {
      out.int16(2308 + 2 * k, epoch.shape);
      out.float(2348 + 4 * k, epoch.level);
      out.float(2428 + 4 * k, epoch.levelStep ?? 0);
      out.int32(2508 + 4 * k, epoch.duration);
      out.int32(2588 + 4 * k, epoch.durationStep ?? 0);
    });
  }
  out.data(header * BLOCK, file);
  return out.bytes as Uint8Array<ArrayBuffer>;
};

/** Two channels, three sweeps of 640 samples each, and a command with a step that grows. */
export const twoChannels: WrittenFile = {
  channels: [
    { name: "IN 0", unit: "mV", gain: 0.01 },
    { name: "I_mem", unit: "nA", gain: 0.001 },
  ],
  raw: Array.from({ length: 3 }, (_, sweep) =>
    Array.from({ length: 640 }, (_, k) => [-6500 + sweep * 100 + (k % 50), k >= 110 && k < 310 ? 10 * (sweep + 1) : 0]),
  ),
  interval: 50,
  command: {
    name: "Cmd 0",
    unit: "pA",
    holding: -5,
    epochs: [
      { shape: 1, level: 0, duration: 100 },
      { shape: 1, level: 10, levelStep: 10, duration: 200 },
      { shape: 2, level: 0, duration: 50 },
    ],
  },
};
