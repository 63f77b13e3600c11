import { BlockList, isIP } from 'node:net';
import { parseRange, withoutMapping } from '../../config/values/address.js';
import type { Proof } from './sender.js';

/** Maximum number of cached results. A lookup takes some microseconds, and Jamf Pro has few addresses. */
const MAX_CACHED = 1_000;

/**
 * Returns a function that determines whether an address is in one of the ranges. @throws RangeError for an invalid
 * range.
 */
export function addressList(ranges: readonly string[]): (address: string) => boolean {
  // There are separate lists, because a BlockList also matches IPv4 addresses against ::/0.
  const lists = { 4: new BlockList(), 6: new BlockList() };
  for (const text of ranges) {
    const range = parseRange(text);
    if (!range) throw new RangeError(`"${text}" is not an address or a range of addresses`);
    lists[range.family === 'ipv4' ? 4 : 6].addSubnet(range.address, range.prefix, range.family);
  }
  const cache = new Map<string, boolean>();
  return (clientAddress) => {
    const cached = cache.get(clientAddress);
    if (cached !== undefined) return cached;
    const address = withoutMapping(clientAddress);
    const version = isIP(address);
    const listed =
      version === 4 ? lists[4].check(address, 'ipv4') : version === 6 && lists[6].check(address, 'ipv6');
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(clientAddress, listed);
    return listed;
  };
}

/**
 * Adds a check of the source address to an authentication method. Both checks always run, so the response time does not
 * show which check failed.
 */
export function fromSources(sources: readonly string[], proof: Proof): Proof {
  if (sources.length === 0) return proof;
  const listed = addressList(sources);
  return {
    ...proof,
    accepts: (sender) => {
      const fromSource = listed(sender.ip ?? '');
      return proof.accepts(sender) && fromSource;
    },
    explain: (sender) =>
      listed(sender.ip ?? '') ? proof.explain(sender) : 'the source address is not in webhooks.sources',
  };
}
