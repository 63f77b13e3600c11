import type { z } from 'zod';
import type { redistributionDetail, redistributionPage } from '../../contract/resources/redistribution.js';
import { sourceName } from '../../domain/redistribution/evidence/proof.js';
import type { Context } from '../context.js';
import { csv, csvInstant } from '../output/csv.js';
import { exactly, facts, state, table, when } from '../output/print.js';

type Summary = z.output<typeof redistributionPage>['redistributions'][number];
type Detail = z.output<typeof redistributionDetail>;

/** Formats redistributions as a table. */
export function listScreen(found: readonly Summary[], { colors, now }: Context): string {
  if (found.length === 0) return 'No redistributions found.';
  const at = now();
  return table(
    ['ID', 'MAC', 'USER', 'PROFILE', 'STATE', 'SINCE', 'ATTEMPTS', 'BLOCKED BY, OR NEW CERTIFICATE'],
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

/** Formats redistributions as CSV. States are the values of the API, not the labels. */
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

/** Formats one redistribution with its evidence and history. */
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
    [
      'cause',
      cause.kind === 'due' ? 'certificate due for renewal' : `requested by ${cause.by}: ${cause.reason}`,
    ],
    ['old certificate', `${before.serialNumber || 'none'}, expires ${exactly(before.expiresAt)}`],
    [
      'new certificate',
      proof
        ? `${proof.serialNumber}, expires ${exactly(proof.expiresAt)}, shown by ${sourceName(proof)} at ${exactly(proof.reportedAt)}`
        : '–',
    ],
    ...(blocked ? [['blocked', blocked.text] as const] : []),
    ...(trouble
      ? [
          [
            'error',
            `${trouble.text} (${trouble.count} failed calls since ${exactly(trouble.since)})`,
          ] as const,
        ]
      : []),
    ['plan', one.plan],
    [
      'next check',
      one.closedAt === null ? `${exactly(one.wakeAt)} (${when(one.wakeAt, at)})` : 'none (closed)',
    ],
  ];
  const history = table(
    ['TIME', 'STATE', 'DETAIL'],
    one.history.map(({ at: then, to, why }) => [exactly(then), state(to, colors), why]),
    colors,
  );
  return `${facts(pairs, colors)}\n\n${history}`;
}
