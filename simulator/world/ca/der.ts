/** The few ASN.1 types that a certificate is made of, in DER (ITU-T X.690). */

function encode(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) size.unshift(rest & 0xff);
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 | size.length, ...size];
  return Buffer.concat([Buffer.from(header), content]);
}

export const sequence = (...items: Uint8Array[]) => encode(0x30, Buffer.concat(items));
export const set = (...items: Uint8Array[]) => encode(0x31, Buffer.concat(items));
export const octets = (content: Uint8Array) => encode(0x04, content);
export const utf8 = (text: string) => encode(0x0c, Buffer.from(text, 'utf8'));
export const boolean = (value: boolean) => encode(0x01, Buffer.from([value ? 0xff : 0]));
export const nothing = () => encode(0x05, Buffer.alloc(0));
/** Context-specific and constructed, `[number]`. */
export const tagged = (number: number, content: Uint8Array) => encode(0xa0 | number, content);

/** A non-negative integer from hex. */
export function integer(hex: string): Buffer {
  const digits = hex.replace(/^(00)+(?=.)/, '');
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex');
  // A first bit that is set would make it negative.
  return encode(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** Bits of which the last `unused` count for nothing. */
export function bits(content: Uint8Array, unused = 0): Buffer {
  return encode(0x03, Buffer.concat([Buffer.from([unused]), content]));
}

/** An object identifier from dotted numbers. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = rest.flatMap((number) => {
    const groups = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return encode(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** A time to the second: UTCTime until 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  return Number(text.slice(0, 4)) < 2050
    ? encode(0x17, Buffer.from(text.slice(2)))
    : encode(0x18, Buffer.from(text));
}
