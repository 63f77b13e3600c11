import { isIP } from 'node:net';

/**
 * A range of IP addresses (CIDR). `prefix` is the prefix length in bits; for a single address, it is 32 (IPv4) or
 * 128 (IPv6).
 */
export interface AddressRange {
  address: string;
  family: 'ipv4' | 'ipv6';
  prefix: number;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Converts an IPv4-mapped IPv6 address (`::ffff:192.0.2.7`, RFC 4291 section 2.5.5.2) to IPv4. Returns other
 * addresses unchanged.
 */
export function withoutMapping(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/** Parses `192.0.2.7`, `192.0.2.0/24`, `2001:db8::7` or `2001:db8::/32`. Returns `null` for any other text. */
export function parseRange(text: string): AddressRange | null {
  const [, written = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = withoutMapping(written);
  const fullLength = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (fullLength === 0) return null;
  // The prefix length of an IPv4-mapped address includes the 96 bits of `::ffff:`.
  const prefix = bits === undefined ? fullLength : Number(bits) - (address === written ? 0 : 96);
  if (prefix < 0 || prefix > fullLength) return null;
  return { address, family: fullLength === 32 ? 'ipv4' : 'ipv6', prefix };
}
