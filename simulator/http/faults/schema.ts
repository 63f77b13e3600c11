import { z } from 'zod';
import { duration } from '../../duration.js';
import { WORDS } from '../../world/spelling.js';
import { SPELLINGS } from '../pro/status/spelling.js';

const share = z.number().min(0).max(1);
const ids = z.array(z.int()).default([]);

const regex = z.string().refine((text) => {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}, 'not a regular expression');

/** Selection of the requests that a fault affects. */
const match = {
  share: share.default(1).describe('Share of the matching requests that are affected.'),
  path: regex.optional().describe('Regular expression for the path without the query.'),
  methods: z.array(z.string()).optional().describe('HTTP methods; all by default.'),
  count: z.int().min(1).optional().describe('Number of affected requests after which the fault ends.'),
  when: z
    .enum(['before', 'after'])
    .default('before')
    .describe('after: the request is executed and only its response is affected.'),
};

const httpFault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('latency'),
    ...match,
    fixed: duration.prefault('0ms'),
    jitter: duration.prefault('0ms').describe('Maximum additional latency, evenly distributed.'),
  }),
  z.strictObject({
    kind: z.literal('status'),
    ...match,
    status: z.int().min(400).max(599).describe('401, 403, 409, 429, 5xx'),
    retryAfterSeconds: z
      .int()
      .min(0)
      .optional()
      .describe('Retry-After in seconds; 1 by default for status 429.'),
    body: z.enum(['native', 'html', 'empty-errors']).default('native'),
  }),
  z.strictObject({ kind: z.literal('hang'), ...match }),
  z.strictObject({ kind: z.literal('half-body'), ...match }),
  z.strictObject({
    kind: z.literal('text'),
    ...match,
    find: regex.describe('Regular expression for text of the response body; every occurrence is replaced.'),
    replaceWith: z
      .string()
      .describe(
        'Replacement, `$1` for the first group. It is not escaped: a control character or a quote breaks the JSON.',
      ),
  }),
  z.strictObject({ kind: z.literal('html'), ...match, status: z.int().min(200).max(599).default(200) }),
]);

/** The fault switches. A missing switch is off. */
export const faultsSchema = z.strictObject({
  http: z.array(httpFault).default([]),
  records: z
    .strictObject({
      failing: ids.describe('Computers whose inventory record answers 500, alone and on a page.'),
      withoutManagementId: ids.describe('Computers with a blank management ID.'),
      hidden: share
        .default(0)
        .describe(
          'Share of the fleet that inventory does not return: the computers with the highest IDs. If the share is 1, totalCount is 0.',
        ),
      withoutIdentity: share
        .default(0)
        .describe('Share of the computers whose certificates have `identity: false`.'),
      otherSubject: share
        .default(0)
        .describe('Share of the computers whose Okta certificates have another subject.'),
      expiredInactive: z.boolean().default(false).describe('Expired certificates are INACTIVE.'),
    })
    .prefault({}),
  commands: z
    .strictObject({
      hideAcknowledged: z
        .boolean()
        .default(false)
        .describe('The command list does not contain acknowledged profile commands.'),
      withoutInstallProfile: z
        .boolean()
        .default(false)
        .describe(
          'The server does not know the command type INSTALL_PROFILE: a request that filters by it is answered with 500.',
        ),
    })
    .prefault({}),
  status: z
    .strictObject({
      missing: z
        .boolean()
        .default(false)
        .describe('Declarative status answers 404 for every computer, as without declarative management.'),
      unreported: ids.describe('Computers that have not reported their certificates: 404 for this key.'),
      failing: ids.describe('Computers whose status answers 500.'),
      stale: z.boolean().default(false).describe('The status shows the report before the last one.'),
      incremental: z
        .boolean()
        .default(false)
        .describe('The status shows only the changes of the last report.'),
      spelling: z
        .enum(SPELLINGS)
        .default('documented')
        .describe(
          'How the list of certificates is written, including spellings without a readable certificate.',
        ),
    })
    .prefault({}),
  words: z
    .enum(WORDS)
    .default('documented')
    .describe('Spelling of states, triggers and event names, for example NotNow or "Not Now" for NOT_NOW.'),
  webhooks: z
    .strictObject({ lose: share.default(0), double: share.default(0), reorder: share.default(0) })
    .prefault({}),
  ca: z
    .strictObject({
      failing: share.default(0),
      losing: share
        .default(0)
        .describe('Share of certificates that the CA issues and counts, but that do not reach the Mac.'),
      rateLimited: z.boolean().default(false),
    })
    .prefault({}),
  okta: z
    .strictObject({
      authorities: z
        .enum(['available', 'feature-off', 'forbidden', 'not-found'])
        .default('available')
        .describe('How the Certificate Authorities API answers: 401 E0000015, 403 or 404 if not available.'),
      log: z
        .enum(['available', 'forbidden', 'timeout'])
        .default('available')
        .describe('How the System Log answers: 403, or 500 E0000009 as after a query of 30 seconds.'),
      rateLimited: z
        .enum(['no', 'requests', 'concurrency'])
        .default('no')
        .describe('Which rate limit is reached: 429 for every request to Okta.'),
      nextRefused: z.boolean().default(false).describe('The System Log refuses the links to the next page.'),
      clockAhead: z.int().default(0).describe('How much the clock of Okta is ahead, milliseconds.'),
      spelling: z
        .enum(['documented', 'sparse', 'other'])
        .default('documented')
        .describe(
          'How responses are written. sparse: most fields are null or missing. other: dates, values and the field of a serial number differ.',
        ),
    })
    .prefault({}),
  push: z.strictObject({ lose: share.default(0) }).prefault({}),
  nodeBehind: z
    .strictObject({ node: z.int().min(0), lag: duration })
    .nullable()
    .default(null)
    .describe('A node that sees changes later than the others; requires more than one node.'),
});

/** Fault switches after parsing, before parsing, and a single HTTP fault. */
export type Faults = z.output<typeof faultsSchema>;
export type FaultsInput = z.input<typeof faultsSchema>;
export type HttpFault = Faults['http'][number];
