import type { z } from 'zod';
import type { redistributionDetail, redistributionPage } from '../../contract/resources/redistribution.js';
import type { Context } from '../context.js';
import { csv, csvInstant } from '../output/csv.js';
import { exactly, facts, state, table, when } from '../output/print.js';

type Summary = z.output<typeof redistributionPage>['redistributions'][number];
type Detail = z.output<typeof redistributionDetail>;

/** Redistributions one a line. */
export function listScreen(found: readonly Summary[], { colors, now }: Context): string {
  if (found.length === 0) return 'There is none.';
  const at = now();
  return table(
    ['ID', 'MAC', 'USER', 'PROFILE', 'STATE', 'SINCE', 'TRIES', 'WHY NOT NOW, OR PROOF'],
    found.map(({ id, computer, profile, since, attempts, blocked, proof, ...one }) => [
      id,
      computer.serialNumber || computer.id,
      computer.username,
      profile,
      state(one.state, colors),
      when(since, at),
      String(attempts),
      blocked?.text ?? (proof ? `${proof.serialNumber}, expires ${exactly(proof.expiresAt)}` : ''),
    ]),
    colors,
  );
}

/** The same as CSV. */
export function redistributionsCsv(found: readonly Summary[]): string {
  return csv(
    [
      'id',
      'instance',
      'computerId',
      'serialNumber',
      'name',
      'username',
      'profile',
      'state',
      'since',
      'opened',
      'closed',
      'attempts',
      'because',
      'blocked',
      'before',
      'proof',
      'expires',
    ],
    found.map(({ id, instance, computer, profile, cause, blocked, before, proof, ...one }) => [
      id,
      instance,
      computer.id,
      computer.serialNumber,
      computer.name,
      computer.username,
      profile,
      one.state,
      csvInstant(one.since),
      csvInstant(one.openedAt),
      csvInstant(one.closedAt),
      String(one.attempts),
      cause.kind === 'due' ? 'due' : `${cause.by}: ${cause.reason}`,
      blocked?.text ?? '',
      before.serialNumber,
      proof?.serialNumber ?? '',
      csvInstant(proof?.expiresAt ?? null),
    ]),
  );
}

/** One with everything that was seen and done. */
export function detailScreen(one: Detail, { colors, now }: Context): string {
  const at = now();
  const { computer, cause, before, proof, blocked, trouble } = one;
  const pairs: (readonly [string, string])[] = [
    ['redistribution', one.id],
    [
      'Mac',
      [computer.serialNumber || computer.id, computer.name, computer.username].filter(Boolean).join(' · '),
    ],
    ['profile', `${one.profile} on ${one.instance}`],
    ['state', `${state(one.state, colors)} since ${exactly(one.since)} (${when(one.since, at)})`],
    ['because', cause.kind === 'due' ? 'the certificate is due' : `${cause.by} asked: ${cause.reason}`],
    ['before', `${before.serialNumber || 'no certificate'}, expires ${exactly(before.expiresAt)}`],
    [
      'proof',
      proof
        ? `${proof.serialNumber}, expires ${exactly(proof.expiresAt)}, in the inventory of ${exactly(proof.reportedAt)}`
        : '–',
    ],
    ...(blocked ? [['why not now', blocked.text] as const] : []),
    ...(trouble
      ? [['trouble', `${trouble.text} (${trouble.count} times since ${exactly(trouble.since)})`] as const]
      : []),
    ['plan', one.plan],
    [
      'looks again',
      one.closedAt === null ? `${exactly(one.wakeAt)} (${when(one.wakeAt, at)})` : 'never, it is over',
    ],
  ];
  const history = table(
    ['WHEN', 'STATE', 'WHY'],
    one.history.map(({ at: then, to, why }) => [exactly(then), state(to, colors), why]),
    colors,
  );
  return `${facts(pairs, colors)}\n\n${history}`;
}
