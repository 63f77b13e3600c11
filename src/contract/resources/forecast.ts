import { z } from 'zod';
import { MECHANISMS } from '../../domain/redistribution/record.js';
import { instant, instantOrNull } from '../common.js';

const day = z
  .object({
    at: instant.describe('Start of the day. The first day starts at the time of the request.'),
    expiring: z
      .int()
      .describe('Number of current certificates that expire on this day if they are not renewed.'),
    due: z.int().describe('Number of Macs that become due on this day.'),
    planned: z.int().describe('Number of renewals planned for this day.'),
    waiting: z
      .int()
      .describe('Number of Macs that are due and still wait for capacity at the end of the day.'),
    late: z.int().describe('Number of Macs that become overdue while they wait for capacity.'),
    lapsing: z.int().describe('Number of Macs whose certificate expires while they wait for capacity.'),
  })
  .meta({ id: 'ForecastDay' });

/** Response of `GET /api/v1/forecast`: the forecast of one watched profile. */
export const forecastAnswer = z
  .object({
    at: instant,
    instance: z.string(),
    profile: z.string(),
    whatIf: z.boolean().describe('Whether the request asked for settings other than the configured ones.'),
    settings: z.object({
      mode: z.enum(['observe', 'act']),
      windowMs: z.int(),
      hourlyCap: z.int(),
      inFlight: z.int(),
      proofMs: z
        .int()
        .describe(
          'Average time from the trigger of a redistribution to the inventory that verifies the renewal, estimated from this fleet.',
        ),
      lifetimeMs: z.number().describe('Typical certificate lifetime in this fleet.'),
    }),
    configured: z
      .record(z.string(), z.unknown())
      .describe('The configured schedule and limits. `recert simulate` uses them.'),
    computers: z.object({
      counted: z.int().describe('Number of Macs in scope whose certificate status is known.'),
      expired: z
        .int()
        .describe(
          'Number of these Macs whose certificate has already expired. The days of the forecast do not include them.',
        ),
      unknown: z
        .int()
        .describe(
          'Number of Macs in scope whose certificate status is unknown. They are not included in the other numbers.',
        ),
      complete: z.boolean().describe('False when the fleet has more Macs than one forecast can read.'),
    }),
    capacity: z.object({ perDay: z.number(), boundBy: z.enum(['hourly-cap', 'in-flight-cap', 'ca-limit']) }),
    shortAt: instantOrNull.describe(
      'The first day on which a Mac becomes overdue for lack of capacity; null when capacity is sufficient.',
    ),
    lapsesAt: instantOrNull.describe(
      'The first day on which a certificate expires for lack of capacity; null when none does.',
    ),
    late: z.int(),
    lapsing: z.int(),
    advice: z
      .object({
        caps: z
          .object({ hourlyCap: z.int(), inFlight: z.int() })
          .nullable()
          .describe(
            'The lowest rate limit and concurrency limit that, together, are sufficient; null when no limits are sufficient, or when Recert chooses them.',
          ),
        caLimit: z
          .int()
          .nullable()
          .describe(
            'The lowest `capacity.caLimit` that is sufficient; null when no value is sufficient, or when `caps` do not need a higher value.',
          ),
        windowMs: z
          .int()
          .nullable()
          .describe(
            'A renewal window that is sufficient with the current limits; null when no window is sufficient.',
          ),
      })
      .nullable()
      .describe('Changes that would provide sufficient capacity; null when no change is needed.'),
    tooLong: z
      .array(
        z.object({
          mechanism: z.enum(MECHANISMS),
          profileId: z.string().describe('ID of the profile in Jamf Pro that the mechanism would install.'),
          half: z
            .enum(['blue', 'green'])
            .nullable()
            .describe(
              'Whether the profile is blue or green; null when the watched profile has only one profile.',
            ),
          computers: z.int(),
          longest: z.int().describe('Number of characters of the longest subject attribute.'),
          most: z.int().describe('Maximum number of characters that X.509 allows for it.'),
          listed: z.array(z.object({ id: z.string(), name: z.string(), serialNumber: z.string() })),
        }),
      )
      .describe(
        'Macs whose renewal must fail because of their subject, by mechanism and profile; at most 50 of each are listed. Such a redistribution is blocked with the reason `subject-too-long`.',
      ),
    sentence: z.string().describe('The forecast as a sentence.'),
    days: z.array(day),
  })
  .meta({ id: 'Forecast' });

export type ForecastAnswer = z.output<typeof forecastAnswer>;
