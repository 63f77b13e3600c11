import type { LiveChange } from '../../contract/live-change.js';
import type { EventKind, OperatorEvents } from '../../telemetry/events.js';

type Changes = { [Kind in EventKind]?: (fields: OperatorEvents[Kind]) => LiveChange };

const about =
  (topic: LiveChange['topic']) =>
  ({ instance }: { instance: string | null }): LiveChange => ({ topic, instance });

/** The change notification for each operator event that changes what a console page shows. */
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
  // An action of a user can affect any page, so every open page reloads. Sign-ins and changes of tokens affect only
  // the audit page.
  'api.acted': ({ action, instance }) => ({
    topic: /^(sign|token)-/u.test(action) ? 'audit' : 'everything',
    instance: instance === 'all' ? null : instance,
  }),
};

/** Returns the change notification for an operator event; `null` when the event changes no page. */
export function changeOf<Kind extends EventKind>(
  kind: Kind,
  fields: OperatorEvents[Kind],
): LiveChange | null {
  const change: Changes[Kind] = CHANGES[kind];
  return change?.(fields) ?? null;
}
