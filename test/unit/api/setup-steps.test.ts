import { expect, it } from 'vitest';
import { nothingKnown, setupSteps } from '../../../src/application/fleet/setup-steps.js';
import { parseConfig } from '../../../src/config/load.js';
import { QUEUES } from '../../../src/contract/queue-names.js';
import type { Overview } from '../../../src/contract/resources/overview.js';

type Instance = Omit<Overview['instances'][number], 'setup'>;
type Profile = Instance['profiles'][number];

const settingsOf = (profiles: string) => {
  const config = parseConfig(
    `
redis: { url: 'redis://127.0.0.1' }
instances:
  prod:
    url: https://jamf.example.com
    auth: { clientId: recert, clientSecret: x }
    webhooks: { authentication: { type: none, acceptUnauthenticated: true } }
    profiles: ${profiles}
`,
    { source: 'test.yaml', environment: {} },
  );
  const settings = config.instances['prod'];
  if (settings === undefined) throw new Error('the instance is not configured');
  return settings;
};

const EMPTY: Instance = {
  name: 'prod',
  url: 'https://jamf.example.com',
  computers: { known: 0, retired: 0 },
  profiles: [],
  redistributions: {
    byState: {},
    open: 0,
    due: 0,
    inFlight: 0,
    blocked: 0,
    failed: 0,
    needAttention: 0,
    verified: 0,
  } as unknown as Instance['redistributions'],
  leases: { count: 0, late: 0, oldest: null },
  setAside: [],
  fall: null,
  commandsUnlisted: false,
  statusUnread: null,
  foreignChanges: [],
  hints: 0,
  paused: null,
  lastWebhookAt: null,
  lastSweepAt: null,
  fullSweep: null,
};

const PROFILE: Profile = {
  name: 'okta',
  mode: 'act',
  known: true,
  scopeConflict: null,
  breaker: null,
  hold: null,
  canary: { wave: 2, verified: 1, limit: 5 },
  opensAt: null,
  audit: { errors: 0, warnings: 0 },
  native: { awaited: false, renewed: 0, failed: 0, other: 0 },
  states: { healthy: 9, due: 0, overdue: 0, expired: 0, unknown: 0, 'out-of-scope': 0 },
  coverage: 1,
  measured: { computers: 9, known: 9, least: 0.95, subjects: [] },
  missing: { computers: 0, examples: [], afterMs: 1 },
  scopeEmptySince: null,
  capacity: null,
};

const DONE: Instance = {
  ...EMPTY,
  computers: { known: 9, retired: 0 },
  profiles: [PROFILE],
  lastWebhookAt: 1,
  lastSweepAt: 1,
};

const queuesWith = (workers: number) =>
  QUEUES.map((name) => ({ name, waiting: 0, active: 0, delayed: 0, failed: 0, workers }));
const missingIn = (instance: Instance, workers = 1) =>
  setupSteps({ instance, settings: settingsOf('{ okta: { profile: 12 } }'), queues: queuesWith(workers) })
    .filter(({ done }) => !done)
    .map(({ id }) => id);

it('an empty installation has every step to do, each with its remedy', () => {
  const steps = setupSteps({ instance: EMPTY, settings: settingsOf('{}'), queues: queuesWith(0) });
  expect(steps.filter(({ done }) => done)).toEqual([]);
  expect(steps.every(({ text }) => text !== null)).toBe(true);
  expect(steps.find(({ id }) => id === 'profile')).toMatchObject({
    command: 'recert init',
    jamf: 'https://jamf.example.com/OSXConfigurationProfiles.html',
  });
});

it('a trial is a step only where a Mac can be renewed at any time', () => {
  const proofWith = (profiles: string) =>
    setupSteps({
      instance: nothingKnown(EMPTY.url),
      settings: settingsOf(profiles),
      queues: queuesWith(1),
    }).find(({ id }) => id === 'proof');
  expect(proofWith('{ okta: { profile: 12 } }')?.todo).toMatch(/Redistribute Profile.*second profile/);
  const two = '{ okta: { profile: 12, overlap: { green: 13, joinGreen: 1, leaveBlue: 2 } } }';
  expect(proofWith(two)?.command).toContain('recert trial --serial');
});

it('no step remains when a renewal is verified, even after its record was deleted', () => {
  expect(missingIn(DONE)).toEqual([]);
});

it.each<[string, Partial<Profile>]>([
  ['read', { known: false }],
  ['check', { audit: { errors: 1, warnings: 0 } }],
  ['coverage', { measured: { computers: 100, known: 1, least: 0.95, subjects: [] } }],
  ['act', { mode: 'observe' }],
  ['proof', { canary: { wave: 1, verified: 0, limit: 1 } }],
])('only the step %s is missing', (step, change) => {
  expect(missingIn({ ...DONE, profiles: [{ ...PROFILE, ...change }] })).toEqual([step]);
});
