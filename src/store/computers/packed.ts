/**
 * Writes values in a compact binary format. A Mac takes about 300 bytes in Redis, half of its size as JSON. Values
 * must be read in the order in which they were written.
 */
export interface PackedWriter {
  byte(value: number): void;
  /** Writes an integer that is not negative, with seven bits per byte. */
  count(value: number): void;
  /** Writes epoch milliseconds (from 1970 to the year 10889, without fractions) or `null` in six bytes. */
  instant(value: number | null): void;
  /**
   * Writes UTF-8 text. UUIDs and hexadecimal numbers need half of their size. A text that was written with `remember`
   * needs one byte when it occurs again: a certificate subject usually contains the serial number, name or user of
   * the Mac.
   */
  text(value: string): void;
  /** Writes a text that later texts can refer to. A record can contain at most 16 such texts. */
  remember(value: string): void;
  bytes(): Buffer;
}

/** Reads what a `PackedWriter` wrote. Every method throws a RangeError when the data is incomplete. */
export interface PackedReader {
  byte(): number;
  count(): number;
  instant(): number | null;
  text(): string;
  remember(): string;
  /** Whether all data has been read. An older record does not contain fields that were added to the format later. */
  atEnd(): boolean;
}

/**
 * Kind of a part of a text, in the upper three bits of its first byte. The next bit, `MORE`, is set when another part
 * follows.
 */
const RAW = 0;
const UUID_LOWER = 1;
const UUID_UPPER = 2;
const HEX_LOWER = 3;
const HEX_UPPER = 4;
const REFERENCE = 5;

const MORE = 0x10;
/** This value in the length field means a length of 15 or more. The actual length follows as a count. */
const LONG = 0x0f;
const INSTANT_BYTES = 6;
const UUID_BYTES = 16;
const MIN_REFERENCE_LENGTH = 4;

const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}';
const ONLY_UUID = new RegExp(UUID, 'g');
const HEX = /^(?:(?:[0-9a-f]{2}){4,}|(?:[0-9A-F]{2}){4,})$/;

export function packedWriter(): PackedWriter {
  const written: number[] = [];
  const remembered: string[] = [];
  // Compiling the pattern takes longer than packing a Mac. It is compiled once, after all calls of `remember`.
  let pattern: RegExp | null = null;

  const byte = (value: number): void => void written.push(value);
  const count = (value: number): void => {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) byte((rest & 0x7f) | 0x80);
    byte(rest);
  };
  const part = (kind: number, content: Buffer, more: number): void => {
    const short = Math.min(content.length, LONG);
    byte((kind << 5) | more | short);
    if (short === LONG) count(content.length);
    content.forEach(byte);
  };
  const plain = (value: string, more: number): void => {
    if (HEX.test(value)) part(isLower(value) ? HEX_LOWER : HEX_UPPER, Buffer.from(value, 'hex'), more);
    else part(RAW, Buffer.from(value, 'utf8'), more);
  };
  const special = (value: string, more: number): void => {
    const reference = remembered.indexOf(value);
    if (reference !== -1) {
      byte((REFERENCE << 5) | more | reference);
    } else {
      byte(((isLower(value) ? UUID_LOWER : UUID_UPPER) << 5) | more);
      Buffer.from(value.replaceAll('-', ''), 'hex').forEach(byte);
    }
  };
  const text = (value: string, parts: RegExp = (pattern ??= repeating(remembered))): void => {
    let at = 0;
    for (const match of value.matchAll(parts)) {
      if (match.index > at) plain(value.slice(at, match.index), MORE);
      at = match.index + match[0].length;
      special(match[0], at < value.length ? MORE : 0);
    }
    if (at < value.length || value === '') plain(value.slice(at), 0);
  };
  return {
    byte,
    count,
    instant(value) {
      const bytes = Buffer.alloc(INSTANT_BYTES);
      bytes.writeUIntBE(Math.max(0, Math.floor(value ?? 0)), 0, INSTANT_BYTES);
      bytes.forEach(byte);
    },
    text: (value) => text(value),
    remember(value) {
      text(value, ONLY_UUID);
      remembered.push(value);
      pattern = null;
    },
    bytes: () => Buffer.from(written),
  };
}

/** Creates a reader of the data that a `PackedWriter` wrote. */
export function packedReader(buffer: Buffer): PackedReader {
  let at = 0;
  const remembered: string[] = [];
  const take = (bytes: number): Buffer => {
    if (at + bytes > buffer.length) throw new RangeError('packed data is incomplete');
    at += bytes;
    return buffer.subarray(at - bytes, at);
  };
  const byte = (): number => take(1).readUInt8();
  const count = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const next = byte();
      value += (next & 0x7f) * factor;
      if (next <= 0x7f) return value;
    }
  };
  const part = (): { text: string; more: boolean } => {
    const head = byte();
    const low = head & LONG;
    const kind = head >> 5;
    const more = (head & MORE) !== 0;
    if (kind === REFERENCE) return { text: remembered[low] ?? '', more };
    if (kind === UUID_LOWER || kind === UUID_UPPER)
      return { text: cased(kind, uuid(take(UUID_BYTES))), more };
    const content = take(low === LONG ? count() : low);
    return { text: kind === RAW ? content.toString('utf8') : cased(kind, content.toString('hex')), more };
  };
  const text = (): string => {
    let value = '';
    for (;;) {
      const next = part();
      value += next.text;
      if (!next.more) return value;
    }
  };
  return {
    byte,
    count,
    instant: () => take(INSTANT_BYTES).readUIntBE(0, INSTANT_BYTES) || null,
    text,
    remember() {
      const value = text();
      remembered.push(value);
      return value;
    },
    atEnd: () => at === buffer.length,
  };
}

/**
 * Returns a pattern that matches the parts with a short encoding: UUIDs, and texts that were written with `remember`.
 * Longer texts come first, so that they are preferred.
 */
function repeating(remembered: readonly string[]): RegExp {
  const words = remembered.filter((word) => word.length >= MIN_REFERENCE_LENGTH);
  return new RegExp([...words.sort(byLength).map(escape), UUID].join('|'), 'g');
}

function cased(kind: number, text: string): string {
  return kind === UUID_UPPER || kind === HEX_UPPER ? text.toUpperCase() : text;
}

function isLower(text: string): boolean {
  return text === text.toLowerCase();
}

function uuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function byLength(one: string, other: string): number {
  return other.length - one.length;
}
