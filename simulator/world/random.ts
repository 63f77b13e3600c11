/** A deterministic stream of random numbers. */
export interface Random {
  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** A number from `min` (inclusive) to `max` (exclusive). */
  between(min: number, max: number): number;
  /** An integer from `min` to `max`, both inclusive. */
  int(min: number, max: number): number;
  /** True with the given probability, 0 to 1. */
  chance(share: number): boolean;
  /** A random element. @throws RangeError if the array is empty */
  pick<T>(from: readonly T[]): T;
  /** Returns a copy in random order. */
  shuffle<T>(of: readonly T[]): T[];
  /** Returns random lower-case hex digits. */
  hex(digits: number): string;
  /** A version 4 UUID in lower case. */
  uuid(): string;
}

/** 32-bit FNV-1a hash, used as the seed of a stream. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/**
 * Creates a stream of random numbers that depends only on the seed and the label. Each Mac and each purpose uses its own label, so that
 * the streams do not influence each other. Generator: mulberry32 (public domain).
 */
export function createRandom(seed: number | string, label = ''): Random {
  let state = hash(`${seed}/${label}`);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const between = (min: number, max: number) => min + next() * (max - min);
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const hex = (digits: number) => {
    let text = '';
    while (text.length < digits) text += ((next() * 4294967296) >>> 0).toString(16).padStart(8, '0');
    return text.slice(0, digits);
  };
  return {
    next,
    between,
    int,
    chance: (share) => next() < share,
    pick: (from) => {
      if (from.length === 0) throw new RangeError('Cannot pick from an empty array');
      return from[int(0, from.length - 1)] as (typeof from)[number];
    },
    shuffle: (of) => {
      const result = [...of];
      for (let last = result.length - 1; last > 0; last -= 1) {
        const other = int(0, last);
        [result[last], result[other]] = [
          result[other] as (typeof of)[number],
          result[last] as (typeof of)[number],
        ];
      }
      return result;
    },
    hex,
    uuid: () => {
      const digits = hex(32);
      const variant = (8 + int(0, 3)).toString(16);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
}
