import { z } from 'zod';
import type { Result } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import { storedFormat } from '../../json/stored.js';

/**
 * Format of the result of an attempt. The script that stores a redistribution adds results, and the circuit breaker
 * evaluates them.
 */
export const resultFormat = storedFormat<Result>(
  'attempt result',
  z.object({
    computerId: z.string(),
    outcome: z.enum(['installed', 'verified', 'error', 'unproven', 'no-command', 'lost']),
    error: z.string(),
    at: z.number(),
    attempt: z.string().optional(),
    loss: z.object({ isOurs: z.boolean(), text: z.string() }).optional(),
  }),
);
