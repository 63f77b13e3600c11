import type { Config } from '../../config/schema.js';
import { createJamfSetup } from '../../jamf/create.js';
import { wantedWebhooks } from '../../setup/wanted.js';
import { applyWebhooks } from '../../setup/webhooks.js';
import { createTelemetry } from '../../telemetry/bus.js';
import { CliError, EXIT } from '../exit.js';

/**
 * Creates the webhooks in the simulated Jamf Pro, as `recert webhooks apply` does. The webhooks use the receivers in
 * turn.
 * @throws CliError if a webhook is missing or incorrect afterwards.
 */
export async function subscribe(
  { instances }: Pick<Config, 'instances'>,
  receivers: readonly string[],
): Promise<void> {
  for (const [instance, settings] of Object.entries(instances)) {
    const jamf = createJamfSetup({ instance, settings, telemetry: createTelemetry() });
    try {
      const wanted = wantedWebhooks(instance, settings, receivers);
      const { failures, left } = await applyWebhooks(jamf, { ourName: settings.webhooks.name, wanted });
      if (failures.length + left.length > 0)
        throw new CliError(EXIT.failed, `Cannot create the webhooks: ${failures.join('; ')}`);
    } finally {
      jamf.close();
    }
  }
}
