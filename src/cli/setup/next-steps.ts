import { nothingKnown, setupSteps } from '../../application/fleet/setup-steps.js';
import type { InstanceConfig } from '../../config/sections/instance.js';
import { QUEUES } from '../../contract/queue-names.js';
import type { Twin } from '../../setup/survey.js';

/**
 * IDs of the setup steps that need an operator after `recert init`. The other steps are complete, or complete
 * automatically.
 */
const STEPS_OF_A_PERSON: readonly string[] = ['worker', 'webhooks', 'act', 'proof'];

/** Returns the steps after `recert init`, with the remedies that the page Set-up of the console and `recert doctor` show. */
export function nextSteps(settings: InstanceConfig, twin: Twin | null): string[] {
  const queues = QUEUES.map((name) => ({ name, workers: 0 }));
  const steps = setupSteps({ instance: nothingKnown(settings.url), settings, queues });
  return [
    ...steps
      .filter(({ id, done }) => !done && STEPS_OF_A_PERSON.includes(id))
      .map(({ todo, command }) => `${todo ?? ''} Command: ${command ?? ''}`),
    ...(twin === null
      ? []
      : [
          `Profile ${twin.green.id} is equivalent: with the overlap line, which is a comment in the configuration, Recert can renew the certificate of any Mac at any time.`,
        ]),
  ];
}
