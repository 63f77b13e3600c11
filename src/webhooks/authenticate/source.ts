import { BlockList, isIP } from 'node:net';
import { parseRange, withoutMapping } from '../../config/values/address.js';
import type { Proof } from './sender.js';

/** Verdicts that are kept: a look at the lists takes some microseconds, and a Jamf Pro has few addresses. */
const MOST_KNOWN = 1_000;

/** Whether an address is in one of these ranges. */
export function addressList(ranges: readonly string[]): (address: string) => boolean {
  // A list each: one for both takes ::/0 for every address of IPv4 as well.
  const lists = { 4: new BlockList(), 6: new BlockList() };
  for (const text of ranges) {
    const range = parseRange(text);
    if (!range) throw new RangeError(`"${text}" is not an address, nor a range of addresses`);
    lists[range.family === 'ipv4' ? 4 : 6].addSubnet(range.address, range.prefix, range.family);
  }
  const known = new Map<string, boolean>();
  return (said) => {
    const before = known.get(said);
    if (before !== undefined) return before;
    const address = withoutMapping(said);
    const version = isIP(address);
    const listed =
      version === 4 ? lists[4].check(address, 'ipv4') : version === 6 && lists[6].check(address, 'ipv6');
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(said, listed);
    return listed;
  };
}

/** Adds to a proof that the sender's address is one of these. Both are judged, whichever is wrong. */
export function fromSources(sources: readonly string[], proof: Proof): Proof {
  if (sources.length === 0) return proof;
  const listed = addressList(sources);
  return {
    ...proof,
    accepts: (sender) => {
      const fromThere = listed(sender.ip ?? '');
      return proof.accepts(sender) && fromThere;
    },
    explain: (sender) =>
      listed(sender.ip ?? '') ? proof.explain(sender) : 'its address is not among webhooks.sources',
  };
}
