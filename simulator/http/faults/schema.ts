import { z } from 'zod';
import { duration } from '../../duration.js';

const share = z.number().min(0).max(1);

const regex = z.string().refine((text) => {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}, 'not a regular expression');

/** Which requests a fault hits. */
const match = {
  share: share.default(1).describe('Share of the matching requests that it hits.'),
  path: regex.optional().describe('Regular expression on the path, without the query.'),
  methods: z.array(z.string()).optional().describe('HTTP methods; all when left out.'),
  count: z.int().min(1).optional().describe('It ends after so many hits.'),
  when: z
    .enum(['before', 'after'])
    .default('before')
    .describe('after: the request is carried out first, and only its answer is spoilt.'),
};

const httpFault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('latency'),
    ...match,
    fixed: duration.prefault('0ms'),
    jitter: duration.prefault('0ms').describe('Up to so much on top, evenly spread.'),
  }),
  z.strictObject({
    kind: z.literal('status'),
    ...match,
    status: z.int().min(400).max(599).describe('401, 403, 409, 429, 5xx'),
    retryAfterSeconds: z.int().min(0).optional().describe('Retry-After; 1 for a 429 without it.'),
    body: z.enum(['native', 'html', 'empty-errors']).default('native'),
  }),
  z.strictObject({ kind: z.literal('hang'), ...match }),
  z.strictObject({ kind: z.literal('half-body'), ...match }),
  z.strictObject({ kind: z.literal('html'), ...match, status: z.int().min(200).max(599).default(200) }),
]);

/** All that can be broken while the simulator runs. What is left out is off. */
export const faultsSchema = z.strictObject({
  http: z.array(httpFault).default([]),
  webhooks: z
    .strictObject({ lose: share.default(0), double: share.default(0), reorder: share.default(0) })
    .prefault({}),
  ca: z
    .strictObject({
      failing: share.default(0),
      losing: share.default(0).describe('Issued, counted as such, and lost before the Mac has it.'),
      rateLimited: z.boolean().default(false),
    })
    .prefault({}),
  push: z.strictObject({ lose: share.default(0) }).prefault({}),
  nodeBehind: z
    .strictObject({ node: z.int().min(0), lag: duration })
    .nullable()
    .default(null)
    .describe('One node learns of changes so much later; takes more than one node.'),
});

export type Faults = z.output<typeof faultsSchema>;
export type FaultsInput = z.input<typeof faultsSchema>;
export type HttpFault = Faults['http'][number];
