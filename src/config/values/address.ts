import { isIP } from 'node:net';

/** Addresses that begin alike: `prefix` is how many bits. One address is a range of all its bits. */
export interface AddressRange {
  address: string;
  family: 'ipv4' | 'ipv6';
  prefix: number;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv4 address that came over a socket for IPv6 is that IPv4 address (RFC 4291, 2.5.5.2); any other stays as it is. */
export function withoutMapping(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/** Reads `192.0.2.7`, `192.0.2.0/24`, `2001:db8::7` or `2001:db8::/32`; `null` for anything else. */
export function parseRange(text: string): AddressRange | null {
  const [, said = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = withoutMapping(said);
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (most === 0) return null;
  // The range of a mapped address counts the 96 bits before it.
  const prefix = bits === undefined ? most : Number(bits) - (address === said ? 0 : 96);
  if (prefix < 0 || prefix > most) return null;
  return { address, family: most === 32 ? 'ipv4' : 'ipv6', prefix };
}
