import { z } from 'zod';
import { duration } from '../values/duration.js';

/** Schema of the timeouts and intervals of redistributions. */
export const waitsSchema = z
  .strictObject({
    online: duration()
      .prefault('24h')
      .describe('A Mac that was in contact with Jamf Pro within this time counts as online.'),
    command: duration()
      .prefault('15m')
      .describe(
        'Maximum time to wait for Jamf Pro to create the InstallProfile command. Recert also reads a Mac again before it triggers a redistribution if the stored inventory of the Mac is older than this.',
      ),
    delivery: duration()
      .prefault('7d')
      .describe('Maximum time to wait for the Mac to complete the InstallProfile command.'),
    blankPush: z
      .array(duration())
      .prefault(['15m', '4h', '24h'])
      .describe(
        'Times after the InstallProfile command at which Recert sends a blank push to wake a Mac that has not responded.',
      ),
    inventory: duration()
      .prefault('8d')
      .describe('Maximum time to wait for inventory that shows the new certificate.'),
    proof: duration()
      .prefault('24h')
      .describe(
        'Maximum time that a canary wave waits for the proof of an acknowledged installation. After this time, a Mac that has not reported inventory no longer delays the other Macs. If a waiting certificate expires soon, the wait is shorter.',
      ),
    status: z
      .array(duration())
      .prefault(['30s', '2m', '10m', '1h'])
      .describe(
        'Times after the acknowledgment at which Recert reads the declarative status of the Mac. After the last one, Recert reads it at growing intervals of at most 240 times `poll`. Empty: never.',
      ),
    poll: duration()
      .prefault('1m')
      .describe('How often Recert reads from Jamf Pro while it expects a result soon.'),
    retry: duration()
      .prefault('1h')
      .describe('Wait before the second attempt. The wait doubles with each further attempt.'),
    retryMost: duration().prefault('32h').describe('Maximum wait before another attempt.'),
    hold: duration()
      .prefault('30m')
      .describe(
        'Cool-down: no redistribution is triggered for this long after a Jamf Pro restart or upgrade.',
      ),
  })
  .describe('Timeouts and intervals of redistributions.');
