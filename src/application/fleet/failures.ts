import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { KnownComputer } from '../../domain/known.js';
import { adviceFor } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import { type FailureCause, NATIVE_ADVICE } from '../../domain/redistribution/failure.js';
import { BLOCK_REASONS, type BlockReason } from '../../domain/redistribution/record.js';
import type { Failing, Ports } from '../ports.js';
import type { failuresAnswer } from '../../contract/resources/failures.js';

type Answer = z.input<typeof failuresAnswer>;
type Group = Answer['groups'][number];
type Sources = Pick<Ports, 'redistributions' | 'computers' | 'config' | 'now'>;

/** Maximum number of failed redistributions in one response. The latest are shown. */
const MAX_SHOWN = 2_000;

/** Title and instructions for each kind of failure. */
const TEXTS: Readonly<Record<FailureCause['kind'], { title: string; todo: string }>> = {
  error: {
    title: 'InstallProfile failed on the Mac',
    todo: 'Then retry one Mac. When its certificate is verified, retry the other Macs.',
  },
  unproven: {
    title: 'Profile installed, but no new certificate in inventory',
    todo: 'Check that the Mac reports inventory and that its certificate subject still matches the profile. In the meantime, the Mac keeps both profiles, which is harmless.',
  },
  'no-command': {
    title: 'Jamf Pro did not create the InstallProfile command',
    todo: 'Check the scopes of the two profiles and the static groups. `recert doctor` shows which of them is wrong.',
  },
  native: {
    title: 'Jamf Pro did not renew the certificate',
    todo: 'A second profile (overlap) or an exclusion group (cycle) lets Recert renew such Macs.',
  },
  jamf: {
    title: 'Jamf Pro API errors',
    todo: 'Check that Jamf Pro responds and that the API client still has its privileges. `recert doctor` checks both.',
  },
  other: { title: 'Renewal stopped', todo: 'Check the timeline of each redistribution for the cause.' },
};

/** A current failure, with the ID of the group that contains all failures with the same cause. */
export type StillFailing = Failing & { group: string };

/**
 * Returns the current failures on a Jamf Pro server: the failed redistributions after which no other redistribution
 * of the same Mac was opened. The index of states shows which failures to leave out: those of Macs that are out of
 * scope, and those of Macs that are healthy again if no retry is scheduled. Takes two reads per watched profile.
 */
export async function findFailing(
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
  const current = await Promise.all(
    profiles.map(async (profile) => {
      const own = failing.filter((failure) => failure.profile === profile);
      const states = await computers.statesOf(
        instance,
        profile,
        own.map(({ computerId }) => computerId),
      );
      return own.flatMap((failure, index) => {
        const known = states[index] ?? null;
        if (known === null || known.state === 'out-of-scope') return [];
        const healthy = known.state === 'healthy' && known.instant > now();
        return failure.state === 'retry' || !healthy ? [{ ...failure, group: groupOf(failure) }] : [];
      });
    }),
  );
  return { failing: current.flat(), complete };
}

/** Returns the failed and blocked redistributions of a Jamf Pro server, grouped by cause. */
export async function summarizeFailures(instance: string, services: Sources): Promise<Answer> {
  const [{ failing, complete }, blocked] = await Promise.all([
    findFailing(instance, services),
    Promise.all(BLOCK_REASONS.map((reason) => blockedFor(instance, reason, services))),
  ]);
  const shown = failing.toSorted(urgentFirst).slice(0, MAX_SHOWN);
  const computers = await services.computers.getMany(
    instance,
    shown.map(({ computerId }) => computerId),
  );
  return {
    instance,
    groups: groupsOf(
      shown.flatMap((failure, index) => {
        const computer = computers[index] ?? null;
        return computer === null ? [] : [{ failing: failure, computer }];
      }),
    ),
    blocked: blocked.flat().sort((a, b) => b.count - a.count),
    complete: complete && shown.length === failing.length,
  };
}

/** Sorts failures that need attention before failures that will be retried, and each kind by time, latest first. */
function urgentFirst(a: Failing, b: Failing): number {
  if (a.state !== b.state) return a.state === 'needs-human' ? -1 : 1;
  return b.since - a.since;
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

/**
 * Returns the ID of the group of a failure. The ID depends only on the profile and the cause, so every request
 * returns the same ID.
 */
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
      ...textsOf(failing.cause),
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
  return [...groups.values()].sort((a, b) => b.computers.length - a.computers.length);
}

function textsOf({ kind, said, native }: FailureCause): { title: string; todo: string } {
  const texts = TEXTS[kind];
  if (native !== undefined) return { ...texts, todo: `${asSentence(NATIVE_ADVICE[native])} ${texts.todo}` };
  return kind === 'error' ? { ...texts, todo: `${adviceFor(said)} ${texts.todo}` } : texts;
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
