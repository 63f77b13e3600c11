import { z } from 'zod';
import type { EventKind, OperatorEvents } from '../../telemetry/events.js';

/** What a change is about: a page that shows this reads it again. */
const LIVE_TOPICS = [
  'redistributions',
  'computers',
  'overview',
  'profiles',
  'webhooks',
  'audit',
  'incidents',
  'everything',
  'credentials',
] as const;

/**
 * Something that is not as it was. It says what to read again and not what it is now, so that a lost one makes a page late and never
 * wrong, and so that nobody is told what they may not read.
 */
export const liveChange = z.object({
  topic: z.enum(LIVE_TOPICS),
  instance: z.string().nullable().describe('Name of the Jamf Pro server; null when it is about all of them.'),
  id: z.string().optional().describe('Id of the redistribution.'),
  computerId: z.string().optional().describe('Id of the computer in Jamf Pro.'),
  state: z.string().optional().describe('State that the redistribution has come to.'),
});

/** One of them. */
export type LiveChange = z.output<typeof liveChange>;

type Changes = { [Kind in EventKind]?: (fields: OperatorEvents[Kind]) => LiveChange };

const about =
  (topic: LiveChange['topic']) =>
  ({ instance }: { instance: string | null }): LiveChange => ({ topic, instance });

/** What an operator event means to whoever looks at a page. One that is not here changes nothing that a page shows. */
const CHANGES: Changes = {
  'redistribution.moved': ({ instance, redistributionId: id, computerId, to: state }) => ({
    topic: 'redistributions',
    instance,
    id,
    computerId,
    state,
  }),
  'redistribution.noted': ({ instance, redistributionId: id, computerId, state }) => ({
    topic: 'redistributions',
    instance,
    id,
    computerId,
    state,
  }),
  'redistribution.trouble': ({ instance, redistributionId: id, computerId }) => ({
    topic: 'redistributions',
    instance,
    id,
    computerId,
  }),
  'redistribution.breaker-opened': about('overview'),
  'redistribution.held': about('overview'),
  'redistribution.restarted': about('redistributions'),
  'fleet.assessed': about('computers'),
  'fleet.retired': about('computers'),
  'fleet.swept': about('overview'),
  'fleet.profiles-reread': about('profiles'),
  'webhook.received': about('webhooks'),
  'incident.opened': about('incidents'),
  'incident.recovered': about('incidents'),
  'sign-in.ended': () => ({ topic: 'credentials', instance: null }),
  // Whatever a person does may be about anything: a page that is open is read again.
  'api.acted': ({ action, instance }) => ({
    topic: /^(sign|token)-/u.test(action) ? 'audit' : 'everything',
    instance: instance === 'all' ? null : instance,
  }),
};

/** What an event changes, `null` when it changes no page. */
export function changeOf<Kind extends EventKind>(
  kind: Kind,
  fields: OperatorEvents[Kind],
): LiveChange | null {
  const change: Changes[Kind] = CHANGES[kind];
  return change?.(fields) ?? null;
}
