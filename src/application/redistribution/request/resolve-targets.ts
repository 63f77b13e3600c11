import type { z } from 'zod';
import type { KnownComputer } from '../../../domain/known.js';
import { describeAmbiguity, inUse, isIdentifier } from '../../../domain/mac-records.js';
import { findComputers, type FindPorts } from '../../fleet/find-computers.js';
import { Problem } from '../../../contract/problem.js';
import type { ResolvedTarget } from './judge-targets.js';
import { MOST_OF_A_BATCH, type macFilter, type macRef } from '../../../contract/resources/redistribution.js';
import type { Ports } from '../../ports.js';
import { findFailing } from '../../fleet/failures.js';
import { resolveProfiles } from '../../fleet/resolve-instance.js';

const PAGE = 500;

/**
 * Finds Macs by ID or serial number, in the order of `refs`. All IDs take one read; serial numbers take one read
 * each, in parallel. A serial number that does not identify exactly one Mac is refused, because the profile could be
 * sent to the wrong Mac.
 */
export async function resolveNamed(
  { computers, now }: Pick<Ports, 'computers' | 'now'>,
  instance: string,
  refs: readonly z.output<typeof macRef>[],
): Promise<readonly ResolvedTarget[]> {
  const ids = refs.flatMap((ref) => ('id' in ref ? [ref.id] : []));
  const found = ids.length === 0 ? [] : await computers.getMany(instance, ids);
  const byId = new Map(ids.map((id, index) => [id, found[index] ?? null]));
  return Promise.all(
    refs.map(async (ref) => {
      if ('id' in ref) return namedAs(byId.get(ref.id) ?? null, { id: ref.id, serialNumber: null });
      const { serialNumber } = ref;
      const asked = { id: null, serialNumber };
      if (!isIdentifier(serialNumber)) {
        const sentence = `"${serialNumber}" is a placeholder, not a serial number. Use the ID instead.`;
        return {
          named: { ...asked, name: '' },
          computer: null,
          refusal: { reason: 'placeholder', sentence },
        };
      }
      const [mac = null, ...others] = inUse(
        await computers.listBySerialNumber(instance, serialNumber),
        now(),
      );
      if (mac === null || others.length === 0) return namedAs(mac, asked);
      const sentence = describeAmbiguity(mac.serialNumber, [mac, ...others]);
      return { named: { ...asked, name: '' }, computer: null, refusal: { reason: 'several-macs', sentence } };
    }),
  );
}

/**
 * Returns all Macs that currently match a filter, without duplicates.
 * @throws Problem when more Macs match than one request may contain, or the filter is invalid.
 */
export async function resolveFilter(
  services: FindPorts,
  { instance, profile }: { instance: string; profile: string | undefined },
  { except = [], ...filter }: z.output<typeof macFilter>,
): Promise<readonly ResolvedTarget[]> {
  const excluded = new Set(except);
  const matching = await findMatching(services, { instance, profile }, filter);
  return matching.filter(({ named: { id } }) => id === null || !excluded.has(id));
}

async function findMatching(
  services: FindPorts,
  { instance, profile }: { instance: string; profile: string | undefined },
  { failed, ...filter }: Omit<z.output<typeof macFilter>, 'except'>,
): Promise<readonly ResolvedTarget[]> {
  if (failed !== undefined) return findFailed(services, { instance, profile, failed });
  const found = new Map<string, KnownComputer>();
  let cursor: string | undefined;
  do {
    const page = await findComputers(instance, { ...filter, profile, cursor, limit: PAGE }, services);
    for (const computer of page.computers) found.set(computer.id, computer);
    if (found.size > MOST_OF_A_BATCH) throw tooMany();
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return [...found.values()].map((computer) => namedAs(computer, { id: null, serialNumber: null }));
}

/** Returns the Macs whose latest redistribution failed and needs attention. */
async function findFailed(
  services: FindPorts,
  { instance, profile, failed }: { instance: string; profile: string | undefined; failed: string },
): Promise<readonly ResolvedTarget[]> {
  // This call rejects an unknown profile.
  await resolveProfiles(services, instance, profile);
  const { failing } = await findFailing(instance, services);
  const ids = failing
    .filter(
      (failure) =>
        failure.state === 'needs-human' &&
        (failed === 'all' || failure.group === failed) &&
        (profile === undefined || failure.profile === profile),
    )
    .map(({ computerId }) => computerId);
  if (ids.length > MOST_OF_A_BATCH) throw tooMany();
  return resolveNamed(
    services,
    instance,
    [...new Set(ids)].map((id) => ({ id })),
  );
}

function namedAs(
  computer: KnownComputer | null,
  asked: Pick<ResolvedTarget['named'], 'id' | 'serialNumber'>,
): ResolvedTarget {
  const named = computer
    ? { id: computer.id, serialNumber: computer.serialNumber, name: computer.name }
    : { ...asked, name: '' };
  return { named, computer };
}

function tooMany(): Problem {
  return new Problem(
    'refused',
    `More than ${MOST_OF_A_BATCH} Macs match. Narrow the filter. To renew an entire scope, use POST /api/v1/profiles/{id}/whole-scope.`,
  );
}
