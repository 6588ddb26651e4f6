import { threefryBy, type Words } from "../../../math/threefry.ts";

/** C text of the statements that compute the first word of a draw, and the name that it has there. */
const drawText = (): { readonly lines: string; readonly word: string } => {
  const lines: string[] = [];
  const keep = (text: string): string => {
    const name = `w${lines.length}`;
    lines.push(`    const uint32_t ${name} = ${text};`);
    return name;
  };
  const words: Words<string> = {
    int: (value) => `${value >>> 0}u`,
    intAdd: (a, b) => keep(`${a} + ${b}`),
    intOr: (a, b) => keep(`${a} | ${b}`),
    intXor: (a, b) => keep(`${a} ^ ${b}`),
    shiftLeft: (a, bits) => `${a} << ${bits}`,
    shiftRightUnsigned: (a, bits) => `${a} >> ${bits}`,
  };
  const [word] = threefryBy(words, ["key0", "key1", "key2"], "number", "0u");
  return { lines: lines.join("\n"), word };
};

const draw = drawText();

/**
 * C text of the delivery of synapses that are not kept: `add_procedure` adds what some source units of one step bring, in
 * their order. What a shard does not own of the targets that are drawn is passed over.
 */
export const proceduralText: string = `
// \`targets\`: 0 all of \`length\` units from \`first\` on, 1 the one of the source's number, 2 some that are drawn.
typedef struct { int32_t targets, first, length, skips, choices; uint32_t schedule[3]; } Procedure;

#define TOGETHER 4
// Some sources at once: each slot is read and written once, and gets their weights one by one. Where a unit is not
// connected to itself, its slot is added up again without its own weight.
INLINE void add_to_all(const Procedure *p, real *restrict slots, const uint32_t *units, const real *weights, const int many) {
  real own[TOGETHER], before[TOGETHER];
  for (int k = 0; k < many; k++) {
    const uint32_t place = units[k] - (uint32_t)p->first;
    own[k] = weights[units[k]];
    before[k] = p->skips && place < (uint32_t)p->length ? slots[place] : 0;
  }
  for (int64_t j = 0; j < p->length; j++) {
    real sum = slots[j];
    for (int k = 0; k < many; k++) sum += own[k];
    slots[j] = sum;
  }
  for (int k = 0; k < many && p->skips; k++) {
    const uint32_t place = units[k] - (uint32_t)p->first;
    if (place >= (uint32_t)p->length) continue;
    for (int other = 0; other < many; other++) before[k] += other == k ? 0 : own[other];
    slots[place] = before[k];
  }
}

// Units that \`count\` draws from number \`first\` on tell. A unit that is left out takes no place among them.
static void draw_units(const Procedure *p, uint32_t first, int64_t count, int32_t limit, int32_t *units) {
  const uint32_t key0 = p->schedule[0], key1 = p->schedule[1], key2 = p->schedule[2];
  const double choices = p->choices;
  for (int64_t k = 0; k < count; k++) {
    const uint32_t number = first + (uint32_t)k;
${draw.lines}
    const int32_t unit = (int32_t)(((double)(int32_t)(${draw.word} ^ 0x80000000u) + 2147483648.5) * 0x1p-32 * choices);
    units[k] = unit + (unit >= limit);
  }
}

#define DRAWN 256
static void add_to_drawn(const Procedure *p, real *slots, uint32_t source, real weight, uint32_t number, uint32_t end) {
  int32_t units[DRAWN];
  while (number < end) {
    const int64_t left = (int64_t)end - number, count = left < DRAWN ? left : DRAWN;
    // Whole vectors: what is drawn beyond is not looked at.
    draw_units(p, number, (count + 15) / 16 * 16, p->skips ? (int32_t)source : INT32_MAX, units);
    for (int64_t k = 0; k < count; k++) {
      const uint32_t place = (uint32_t)(units[k] - p->first);
      if (place < (uint32_t)p->length) slots[place] += weight;
    }
    number += (uint32_t)count;
  }
}

static void add_procedure(const Procedure *p, const uint32_t *offsets, const real *weights, real *slots, const uint32_t *units, int64_t count) {
  int64_t k = 0;
  if (p->targets == 0) {
    for (; k + TOGETHER <= count; k += TOGETHER) add_to_all(p, slots, units + k, weights, TOGETHER);
    for (; k < count; k++) add_to_all(p, slots, units + k, weights, 1);
  } else if (p->targets == 1) {
    for (; k < count; k++) {
      const uint32_t place = units[k] - (uint32_t)p->first;
      if (place < (uint32_t)p->length) slots[place] += weights[units[k]];
    }
  } else {
    for (; k < count; k++) add_to_drawn(p, slots, units[k], weights[units[k]], offsets[units[k]], offsets[units[k] + 1]);
  }
}
`;
