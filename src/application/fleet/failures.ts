import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { KnownComputer } from '../../domain/known.js';
import { adviceFor } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { FailureCause } from '../../domain/redistribution/failure.js';
import { BLOCK_REASONS, type BlockReason } from '../../domain/redistribution/record.js';
import type { Failing, Ports } from '../ports.js';
import type { failuresAnswer } from '../../contract/resources/failures.js';

type Answer = z.input<typeof failuresAnswer>;
type Group = Answer['groups'][number];
type Sources = Pick<Ports, 'redistributions' | 'computers' | 'config' | 'now'>;

/** Most failed redistributions that one answer tells of one by one, the latest. */
const MOST = 2_000;

/** What every kind of failure is called, and what to do about it. */
const WORDS: Readonly<Record<FailureCause['kind'], { title: string; todo: string }>> = {
  error: {
    title: 'The Mac answered InstallProfile with an error',
    todo: 'Then try one of them, and the others when it is verified.',
  },
  unproven: {
    title: 'The profile was taken, and no new certificate was seen',
    todo: 'Look whether the Mac reports inventory, and whether the subject of its certificate still matches the profile. It keeps both profiles meanwhile, which is harmless.',
  },
  'no-command': {
    title: 'Jamf Pro made no InstallProfile command',
    todo: 'Look at the scopes of the two profiles and at the static groups: recert doctor says which of them is wrong.',
  },
  jamf: {
    title: 'Calls to Jamf Pro fail',
    todo: 'Look whether Jamf Pro answers and whether the API client still has its privileges: recert doctor checks both.',
  },
  other: { title: 'It could not go on', todo: 'The timeline of each shows what was seen.' },
};

/** A failure that still is one, and the group of those with its cause. */
export type StillFailing = Failing & { group: string };

/**
 * What failed on a server and is still the latest of its Mac, as long as the Mac is in scope and not healthy, by the index of its state.
 * Two reads for each watched profile.
 */
export async function failingOf(
  instance: string,
  {
    redistributions,
    computers,
    config,
    now,
  }: Pick<Sources, 'redistributions' | 'computers' | 'config' | 'now'>,
): Promise<{ failing: readonly StillFailing[]; complete: boolean }> {
  const { failing, complete } = await redistributions.failing(instance);
  const profiles = Object.keys(config.instances[instance]?.profiles ?? {});
  const still = await Promise.all(
    profiles.map(async (profile) => {
      const own = failing.filter((one) => one.profile === profile);
      const states = await computers.statesOf(
        instance,
        profile,
        own.map(({ computerId }) => computerId),
      );
      return own.flatMap((one, index) => {
        const known = states[index] ?? null;
        if (known === null || known.state === 'out-of-scope') return [];
        const healthy = known.state === 'healthy' && known.instant > now();
        return one.state === 'retry' || !healthy ? [{ ...one, group: groupOf(one) }] : [];
      });
    }),
  );
  return { failing: still.flat(), complete };
}

/** What does not go forward on a server, by cause: what failed, and what is blocked. */
export async function stuckOf(instance: string, services: Sources): Promise<Answer> {
  const [{ failing, complete }, blocked] = await Promise.all([
    failingOf(instance, services),
    Promise.all(BLOCK_REASONS.map((reason) => blockedFor(instance, reason, services))),
  ]);
  const shown = failing.toSorted(urgentFirst).slice(0, MOST);
  const computers = await services.computers.getMany(
    instance,
    shown.map(({ computerId }) => computerId),
  );
  return {
    instance,
    groups: groupsOf(
      shown.flatMap((one, index) => {
        const computer = computers[index] ?? null;
        return computer === null ? [] : [{ failing: one, computer }];
      }),
    ),
    blocked: blocked.flat().sort((one, other) => other.count - one.count),
    complete: complete && shown.length === failing.length,
  };
}

/** What needs a person before what tries again; the latest first. */
function urgentFirst(one: Failing, other: Failing): number {
  if (one.state !== other.state) return one.state === 'needs-human' ? -1 : 1;
  return other.since - one.since;
}

async function blockedFor(
  instance: string,
  reason: BlockReason,
  { redistributions }: Sources,
): Promise<Answer['blocked']> {
  const found = await redistributions.blockedFor(instance, reason);
  const { blocked, since } = found?.oldest ?? {};
  if (!found || !blocked || since === undefined) return [];
  return [{ reason, text: blocked.text, count: found.count, oldestAt: since }];
}

/** The same for as long as the cause is the same. */
function groupOf({ profile, cause: { likeness } }: Failing): string {
  return createHash('sha256').update(`${profile} ${likeness}`).digest('hex').slice(0, 12);
}

function groupsOf(all: readonly { failing: StillFailing; computer: KnownComputer }[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { failing, computer } of all) {
    const { profile, since, state, group: id } = failing;
    const { kind, said } = failing.cause;
    const group = groups.get(id) ?? {
      id,
      kind,
      profile,
      said,
      ...wordsOf(kind, said),
      waiting: 0,
      retrying: 0,
      latestAt: since,
      computers: [],
    };
    if (state === 'retry') group.retrying += 1;
    else group.waiting += 1;
    group.latestAt = Math.max(group.latestAt, since);
    const { id: computerId, serialNumber, name } = computer;
    group.computers.push({ id: computerId, serialNumber, name, redistributionId: failing.id, state, since });
    groups.set(id, group);
  }
  return [...groups.values()].sort((one, other) => other.computers.length - one.computers.length);
}

function wordsOf(kind: FailureCause['kind'], said: string): { title: string; todo: string } {
  const words = WORDS[kind];
  return kind === 'error' ? { ...words, todo: `${adviceFor(said)} ${words.todo}` } : words;
}
