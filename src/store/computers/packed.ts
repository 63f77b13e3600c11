/**
 * Writes and reads values packed tightly: a kept Mac costs Redis some 300 bytes this way, and twice that as JSON.
 * What is written must be read back in the same order.
 */
export interface PackedWriter {
  byte(value: number): void;
  /** A whole number from 0 on, seven bits a byte. */
  count(value: number): void;
  /** Epoch milliseconds to the year 10889, or `null`: six bytes. Fractions and the time before 1970 are not kept. */
  instant(value: number | null): void;
  /**
   * Text in UTF-8. UUIDs and hexadecimal numbers take half the room, and what repeats a text marked by `remember` takes one byte: the
   * subject of a certificate usually repeats serial number, name or user of the Mac.
   */
  text(value: string): void;
  /** Writes a text that later ones may refer to. At most 16. */
  remember(value: string): void;
  bytes(): Buffer;
}

/** The other direction; throws RangeError when the bytes end too early. */
export interface PackedReader {
  byte(): number;
  count(): number;
  instant(): number | null;
  text(): string;
  remember(): string;
}

/** Kinds of a part of a text, in the upper three bits of its first byte; the fourth says that another part follows. */
const RAW = 0;
const UUID_LOWER = 1;
const UUID_UPPER = 2;
const HEX_LOWER = 3;
const HEX_UPPER = 4;
const REFERENCE = 5;

const MORE = 0x10;
/** A length of 15 or more is told in the bytes that follow. */
const LONG = 0x0f;
const INSTANT_BYTES = 6;
const UUID_BYTES = 16;
const LEAST_REFERENCE = 4;

const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}';
const ONLY_UUID = new RegExp(UUID, 'g');
const HEX = /^(?:(?:[0-9a-f]{2}){4,}|(?:[0-9A-F]{2}){4,})$/;

export function packedWriter(): PackedWriter {
  const written: number[] = [];
  const remembered: string[] = [];
  // Making a pattern costs more than packing a Mac: it is made once, when the texts to be remembered have all been written.
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

export function packedReader(buffer: Buffer): PackedReader {
  let at = 0;
  const remembered: string[] = [];
  const take = (bytes: number): Buffer => {
    if (at + bytes > buffer.length) throw new RangeError('a packed value ends too early');
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
  };
}

/** What is written in another way than letter by letter: what was remembered, the longest first, and UUIDs. */
function repeating(remembered: readonly string[]): RegExp {
  const words = remembered.filter((word) => word.length >= LEAST_REFERENCE);
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
