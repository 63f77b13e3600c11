import type { InstanceConfig } from '../../config/sections/instance.js';
import { profileIdsOf } from '../../config/sections/profile.js';
import type { Overview } from '../../contract/resources/overview.js';
import { noSuchProfile } from '../../domain/profile.js';
import { isNativeOnly } from '../../domain/watched.js';
import { isLow } from '../../domain/health/coverage.js';

type Instance = Overview['instances'][number];
type Step = Instance['setup'][number];
/** What is missing for a step, and what to do about it, each as sentences. The other fields say where to do it, if known. */
type Missing = { text: string; todo: string } & Partial<Pick<Step, 'page' | 'command' | 'jamf'>>;

/** Data from which the state of each step is determined. */
export interface SetupFacts {
  instance: Pick<Instance, 'url' | 'lastWebhookAt' | 'lastSweepAt' | 'fullSweep'> & {
    computers: Pick<Instance['computers'], 'known'>;
    redistributions: Pick<Instance['redistributions'], 'verified'>;
    profiles: readonly Pick<
      Instance['profiles'][number],
      'name' | 'mode' | 'known' | 'gone' | 'audit' | 'scopeConflict' | 'measured' | 'native' | 'canary'
    >[];
  };
  settings: InstanceConfig;
  queues: readonly Pick<Overview['queues'][number], 'name' | 'workers'>[];
}

/** Returns the data for a Jamf Pro server that no process of Recert has read yet. */
export function nothingKnown(url: string): SetupFacts['instance'] {
  return {
    url,
    lastWebhookAt: null,
    lastSweepAt: null,
    fullSweep: null,
    computers: { known: 0 },
    redistributions: { verified: 0 },
    profiles: [],
  };
}

const NO_PROFILE: Missing = { text: 'No profile is watched.', todo: 'Watch a profile first.' };

/** The steps in order, each with a function that returns what is missing, or `null` if the step is complete. */
const STEPS: readonly (readonly [
  id: Step['id'],
  title: string,
  check: (facts: SetupFacts) => Missing | null,
])[] = [
  ['worker', 'Worker is running', worker],
  ['profile', 'A profile is watched', watched],
  ['read', 'Profiles can be read', profilesRead],
  ['sweep', 'The fleet has been read', swept],
  ['check', 'The profile check has no errors', checked],
  ['coverage', 'Certificates are recognized', recognized],
  ['webhooks', 'Webhooks arrive', webhooks],
  ['act', 'Recert acts', acts],
  ['proof', 'A first renewal is verified', proven],
];

/**
 * Returns the steps from an empty installation to the first verified renewal, each with its state. A step that is
 * not complete says what to do.
 */
export function setupSteps(facts: SetupFacts): Step[] {
  return STEPS.map(([id, title, check]) => {
    const missing = check(facts);
    const { text = null, todo = null, page = null, command = null, jamf = null } = missing ?? {};
    return { id, title, done: missing === null, text, todo, page, command, jamf };
  });
}

function worker({ queues }: SetupFacts): Missing | null {
  const idle = queues.filter((queue) => queue.workers === 0).map(({ name }) => name);
  if (idle.length === 0) return null;
  const text = `No worker takes jobs of the ${idle.length === 1 ? 'queue' : 'queues'} ${idle.join(', ')}.`;
  return { text, todo: 'Start a worker.', command: 'recert work' };
}

function watched({ instance, settings }: SetupFacts): Missing | null {
  if (Object.keys(settings.profiles).length > 0) return null;
  return {
    text: 'The configuration names no profile.',
    todo: 'Set `profiles` to the ID of the configuration profile with the SCEP payload; `recert init` lists these profiles.',
    command: 'recert init',
    jamf: `${instance.url}/OSXConfigurationProfiles.html`,
  };
}

function profilesRead({ instance, settings }: SetupFacts): Missing | null {
  const unread = instance.profiles.find(({ known }) => !known);
  if (unread === undefined) return instance.profiles.length > 0 ? null : NO_PROFILE;
  const policy = settings.profiles[unread.name];
  const ids = policy === undefined ? [] : profileIdsOf(policy);
  const gone = unread.gone ?? [];
  const found =
    gone.length > 0
      ? { text: `${noSuchProfile(gone)} (${unread.name}).`, todo: 'Correct the ID in the configuration.' }
      : {
          text: `Recert has not read ${unread.name} yet.`,
          todo: 'If this does not change within a minute, check the connection and the privileges of the API role.',
        };
  return {
    ...found,
    command: 'recert doctor',
    jamf: profilePage(instance, gone.length > 0 ? undefined : ids[0]),
  };
}

function swept({ instance }: SetupFacts): Missing | null {
  const { fullSweep } = instance;
  // Only the first full sweep counts: the step stays complete while a later full sweep runs.
  if (instance.lastSweepAt !== null && instance.computers.known > 0) return null;
  if (fullSweep !== null && fullSweep.finishedAt === null)
    return {
      text: `The first sweep of the whole fleet is running: ${fullSweep.computers} Macs have been read.`,
      todo: 'Wait until it ends.',
    };
  return {
    text: 'No sweep of the whole fleet has completed.',
    todo: 'Wait: the worker starts it automatically when it can reach Jamf Pro.',
    command: 'recert sweep --what full',
  };
}

function checked({ instance, settings }: SetupFacts): Missing | null {
  const wrong = instance.profiles.find(
    ({ audit, scopeConflict }) => audit === null || audit.errors > 0 || scopeConflict !== null,
  );
  if (wrong === undefined) return instance.profiles.length > 0 ? null : NO_PROFILE;
  const { name, audit, scopeConflict } = wrong;
  const errors = audit?.errors ?? 0;
  const policy = settings.profiles[name];
  const found =
    audit === null
      ? {
          text: `${name} has not been checked yet.`,
          todo: 'Wait: the worker checks it after it has read the profile.',
        }
      : {
          text: `${name} has ${errors} ${errors === 1 ? 'error' : 'errors'}.`,
          todo: 'Fix them: the page Profiles lists each with its remedy.',
        };
  return {
    ...(scopeConflict === null
      ? found
      : { text: scopeConflict, todo: 'Correct the scopes in Jamf Pro, or the IDs in the configuration.' }),
    page: '/profiles',
    command: 'recert profiles audit',
    jamf: profilePage(instance, policy && profileIdsOf(policy)[0]),
  };
}

function recognized({ instance }: SetupFacts): Missing | null {
  const unmeasured = instance.profiles.find(({ measured }) => measured === null);
  if (instance.profiles.length === 0 || unmeasured !== undefined)
    return {
      text: 'The share of Macs whose certificate is known has not been measured yet.',
      todo: 'Wait until a sweep of the whole fleet has completed.',
    };
  const low = instance.profiles.find(({ measured }) => measured !== null && isLow(measured, measured.least));
  if (!low?.measured) return null;
  const { known, computers, least } = low.measured;
  return {
    text: `The certificate is known for ${known} of ${computers} Macs with ${low.name}, less than ${Math.round(100 * least)} %.`,
    todo: 'Set `subject` to a pattern that matches the certificates of the profile; `recert init` proposes one.',
    page: `/macs?state=unknown&profile=${encodeURIComponent(low.name)}`,
    command: 'recert init',
  };
}

function webhooks({ instance }: SetupFacts): Missing | null {
  if (instance.lastWebhookAt !== null) return null;
  return {
    text: 'No webhook has arrived. Without webhooks, Recert works by sweeps alone and notices changes later.',
    todo: 'Create the webhooks, and check that Jamf Pro reaches the receiver.',
    page: '/events',
    command: 'recert webhooks apply',
    jamf: `${instance.url}/webhooks.html`,
  };
}

function acts({ instance, settings }: SetupFacts): Missing | null {
  const configured = Object.entries(settings.profiles).map(([name, { mode }]) => ({ name, mode }));
  // A worker that has read the profiles reports the mode that it uses. Until then, the configured mode is shown.
  const profiles = instance.profiles.length > 0 ? instance.profiles : configured;
  if (profiles.length === 0) return NO_PROFILE;
  const observed = profiles.filter(({ mode }) => mode === 'observe').map(({ name }) => name);
  if (observed.length === 0) return null;
  return {
    text: `Observe mode: ${observed.join(', ')}. Recert writes nothing to Jamf Pro and shows its plan.`,
    todo: 'Check the plan, then set `mode: act` and restart the worker and the receiver.',
    page: '/redistributions',
    command: 'recert redistributions list',
  };
}

function proven({ instance, settings }: SetupFacts): Missing | null {
  // Verified redistributions are deleted after some months, but the results of the canary are kept for longer.
  const renewed = instance.profiles.some(({ name, mode, native, canary }) => {
    const waves = settings.profiles[name]?.canary.length ?? 0;
    const passed = canary === null ? waves > 0 && mode === 'act' : canary.verified > 0;
    return native.renewed > 0 || passed;
  });
  if (renewed || instance.redistributions.verified > 0) return null;
  const text = 'No renewal has been verified.';
  const policies = Object.values(settings.profiles);
  return policies.length > 0 && policies.every(isNativeOnly)
    ? {
        text,
        todo: 'Select the days of Redistribute Profile in the SCEP payload, set `window` to the same number, and wait until the first certificate is due. A trial of one Mac needs a second profile.',
        command: 'recert redistributions list --state verified',
        jamf: profilePage(instance, policies.map((policy) => profileIdsOf(policy)[0])[0]),
      }
    : {
        text,
        todo: 'Take one Mac through a redistribution, or wait until the first certificate is due.',
        page: '/macs',
        command: 'recert trial --serial <serial number>',
      };
}

/** Returns the URL of a configuration profile in the web interface of Jamf Pro; without an ID, of the list of profiles. */
function profilePage({ url }: SetupFacts['instance'], id: string | undefined): string {
  return `${url}/OSXConfigurationProfiles.html${id === undefined ? '' : `?id=${id}&o=r`}`;
}
