import type { InstanceConfig } from '../../config/sections/instance.js';
import { profileIdsOf } from '../../config/sections/profile.js';
import type { Overview } from '../../contract/resources/overview.js';
import { isLow } from '../../domain/health/coverage.js';

type Instance = Omit<Overview['instances'][number], 'setup'>;
type Step = Overview['instances'][number]['setup'][number];
/** What is missing for a step, and what to do. A field that is not set has nothing to show. */
type Missing = { text: string } & Partial<Pick<Step, 'page' | 'command' | 'jamf'>>;

/** What a step depends on. */
interface Facts {
  instance: Instance;
  settings: InstanceConfig;
  queues: Overview['queues'];
}

/** Each step, in order, with the function that returns what is missing; `null` when the step is complete. */
const STEPS: readonly (readonly [id: Step['id'], title: string, check: (facts: Facts) => Missing | null])[] =
  [
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
export function setupSteps(facts: Facts): Step[] {
  return STEPS.map(([id, title, check]) => {
    const missing = check(facts);
    const { text = null, page = null, command = null, jamf = null } = missing ?? {};
    return { id, title, done: missing === null, text, page, command, jamf };
  });
}

function worker({ queues }: Facts): Missing | null {
  const idle = queues.filter((queue) => queue.workers === 0).map(({ name }) => name);
  if (idle.length === 0) return null;
  const text = `No worker takes jobs of ${idle.length === 1 ? 'the queue' : 'the queues'} ${idle.join(', ')}. Start a worker.`;
  return { text, command: 'recert work' };
}

function watched({ instance, settings }: Facts): Missing | null {
  if (Object.keys(settings.profiles).length > 0) return null;
  return {
    text: 'The configuration names no profile. Set `profiles` to the ID of the configuration profile with the SCEP payload; `recert init` lists these profiles.',
    command: 'recert init',
    jamf: `${instance.url}/OSXConfigurationProfiles.html`,
  };
}

function profilesRead({ instance, settings }: Facts): Missing | null {
  const unread = instance.profiles.find(({ known }) => !known);
  if (unread === undefined) return instance.profiles.length > 0 ? null : { text: 'Watch a profile first.' };
  const policy = settings.profiles[unread.name];
  const ids = policy === undefined ? [] : profileIdsOf(policy);
  const gone = unread.gone ?? [];
  return {
    text:
      gone.length > 0
        ? `Jamf Pro has no configuration profile with the ID ${gone.join(' or ')} (${unread.name}). Correct the ID in the configuration.`
        : `Recert has not read ${unread.name} yet. If this does not change within a minute, check the connection and the privileges of the API role.`,
    command: 'recert doctor',
    jamf: profilePage(instance, gone.length > 0 ? undefined : ids[0]),
  };
}

function swept({ instance }: Facts): Missing | null {
  const { fullSweep } = instance;
  // A full sweep that runs later does not undo the first one.
  if (instance.lastSweepAt !== null && instance.computers.known > 0) return null;
  if (fullSweep !== null && fullSweep.finishedAt === null)
    return {
      text: `The first sweep of the whole fleet is running: ${fullSweep.computers} Macs have been read.`,
    };
  return {
    text: 'No sweep of the whole fleet has completed. The worker starts it automatically when it can reach Jamf Pro.',
    command: 'recert sweep --what full',
  };
}

function checked({ instance, settings }: Facts): Missing | null {
  const wrong = instance.profiles.find(
    ({ audit, scopeConflict }) => audit === null || audit.errors > 0 || scopeConflict !== null,
  );
  if (wrong === undefined) return instance.profiles.length > 0 ? null : { text: 'Watch a profile first.' };
  const { name, audit, scopeConflict } = wrong;
  const errors = audit?.errors ?? 0;
  const policy = settings.profiles[name];
  return {
    text:
      scopeConflict ??
      (audit === null
        ? `${name} has not been checked yet. The worker checks it after it has read the profile.`
        : `${name} has ${errors} ${errors === 1 ? 'error' : 'errors'}. The page Profiles lists each with its remedy.`),
    page: '/profiles',
    command: 'recert profiles audit',
    jamf: profilePage(instance, policy && profileIdsOf(policy)[0]),
  };
}

function recognized({ instance }: Facts): Missing | null {
  const unmeasured = instance.profiles.find(({ measured }) => measured === null);
  if (instance.profiles.length === 0 || unmeasured !== undefined)
    return { text: 'Measured when a sweep of the whole fleet has completed.' };
  const low = instance.profiles.find(({ measured }) => measured !== null && isLow(measured, measured.least));
  if (!low?.measured) return null;
  const { known, computers, least } = low.measured;
  return {
    text: `The certificate is known for ${known} of ${computers} Macs with ${low.name}, less than ${Math.round(100 * least)} %. Set \`subject\` to a pattern that matches the certificates of the profile; \`recert init\` proposes one.`,
    page: `/macs?state=unknown&profile=${encodeURIComponent(low.name)}`,
    command: 'recert init',
  };
}

function webhooks({ instance }: Facts): Missing | null {
  if (instance.lastWebhookAt !== null) return null;
  return {
    text: 'No webhook has arrived. Without webhooks, Recert works by sweeps alone and notices changes later. Create the webhooks, and check that Jamf Pro reaches the receiver.',
    page: '/events',
    command: 'recert webhooks apply',
    jamf: `${instance.url}/webhooks.html`,
  };
}

function acts({ instance }: Facts): Missing | null {
  if (instance.profiles.length === 0) return { text: 'Watch a profile first.' };
  const observed = instance.profiles.filter(({ mode }) => mode === 'observe').map(({ name }) => name);
  if (observed.length === 0) return null;
  return {
    text: `Observe mode: ${observed.join(', ')}. Recert writes nothing to Jamf Pro and shows its plan. Check the plan, then set \`mode: act\` and restart the worker and the receiver.`,
    page: '/redistributions',
    command: 'recert redistributions list',
  };
}

function proven({ instance, settings }: Facts): Missing | null {
  // Verified redistributions are deleted after some months; the canary counts them for longer.
  const renewed = instance.profiles.some(({ name, mode, native, canary }) => {
    const waves = settings.profiles[name]?.canary.length ?? 0;
    const passed = canary === null ? waves > 0 && mode === 'act' : canary.verified > 0;
    return native.renewed > 0 || passed;
  });
  if (renewed || instance.redistributions.verified > 0) return null;
  return {
    text: 'No renewal has been verified. Take one Mac through a redistribution, or wait until the first certificate is due.',
    page: '/macs',
    command: 'recert trial --serial ',
  };
}

/** Address of a configuration profile in the web interface of Jamf Pro; of their list without an ID. */
function profilePage({ url }: Instance, id: string | undefined): string {
  return `${url}/OSXConfigurationProfiles.html${id === undefined ? '' : `?id=${id}&o=r`}`;
}
