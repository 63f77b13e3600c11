import { z } from 'zod';
import { instant, instantOrNull } from '../common.js';

const day = z
  .object({
    at: instant.describe('When the day begins; the first begins now.'),
    expiring: z.int().describe('Certificates of today that expire on this day if nothing is done.'),
    due: z.int().describe('Macs that may be acted on from this day on.'),
    planned: z.int().describe('Redistributions on this day.'),
    waiting: z.int().describe('Macs that are due and wait for room when the day ends.'),
    late: z.int().describe('Macs that become overdue while they wait for room.'),
    lapsing: z.int().describe('Macs whose certificate expires while they wait for room.'),
  })
  .meta({ id: 'ForecastDay' });

/** The answer to `forecast`. */
export const forecastAnswer = z
  .object({
    at: instant,
    instance: z.string(),
    profile: z.string(),
    whatIf: z.boolean().describe('Whether the settings are others than the configured ones.'),
    settings: z.object({
      mode: z.enum(['observe', 'act']),
      windowMs: z.int(),
      hourlyCap: z.int(),
      inFlight: z.int(),
      proofMs: z
        .int()
        .describe('From the trigger to the inventory that proves it, on average, as this fleet reports it.'),
      lifetimeMs: z.number().describe('How long most certificates of this fleet are valid.'),
    }),
    configured: z
      .record(z.string(), z.unknown())
      .describe(
        'What decides about when and how many, as it is written in the configuration: what `recert simulate` lives a year under.',
      ),
    computers: z.object({
      counted: z.int().describe('Macs in scope whose certificate is known.'),
      expired: z.int().describe('Of these: expired already, so that they are in no day.'),
      unknown: z.int().describe('Macs in scope of which nothing can be said: they are in no number here.'),
      complete: z.boolean().describe('False when the fleet has more Macs than one forecast reads.'),
    }),
    capacity: z.object({ perDay: z.number(), boundBy: z.enum(['hourly-cap', 'in-flight-cap']) }),
    shortAt: instantOrNull.describe(
      'The first day on which a Mac becomes overdue because others had the room; null when the caps do.',
    ),
    lapsesAt: instantOrNull.describe('The first day on which a certificate expires for that reason.'),
    late: z.int(),
    lapsing: z.int(),
    advice: z
      .object({
        caps: z
          .object({ hourlyCap: z.int(), inFlight: z.int() })
          .nullable()
          .describe('The lowest caps that do, both together; null when no cap does.'),
        windowMs: z
          .int()
          .nullable()
          .describe('A window that does under the caps as they are; null when none does.'),
      })
      .nullable()
      .describe('What would do; null when nothing has to change.'),
    sentence: z.string().describe('The same for a person.'),
    days: z.array(day),
  })
  .meta({ id: 'Forecast' });

export type ForecastAnswer = z.output<typeof forecastAnswer>;
