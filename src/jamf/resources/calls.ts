/** What is said of a call in errors and metrics, and how it may be treated. */
interface CallFacts {
  /** True when the call changes nothing, or nothing that matters: it may be repeated whatever became of it. */
  safe: boolean;
  /** Name of the privilege that an API role needs for it. Source: `x-required-privileges` of the specification, and jamf-facts for Classic. */
  privilege: string | null;
  /** True when an answer may hold a secret in clear (SCEP challenge, header of a webhook): nothing free of it is ever quoted. */
  secret?: true;
  /** True for what a command makes once, when a person asks for it: the API role needs the privilege only then, and the doctor does not look for it. */
  once?: true;
}

/** Every call this client makes, by the name that errors, logs and metrics use: a closed list keeps labels bounded. */
const CALLS = {
  'session.token': { safe: true, privilege: null, secret: true },
  'server.version': { safe: true, privilege: null },
  'computers.read': { safe: true, privilege: 'Read Computers' },
  'computers.list': { safe: true, privilege: 'Read Computers' },
  'profiles.read': { safe: true, privilege: 'Read macOS Configuration Profiles', secret: true },
  'profiles.list': { safe: true, privilege: 'Read macOS Configuration Profiles' },
  'profiles.create': {
    safe: false,
    privilege: 'Create macOS Configuration Profiles',
    secret: true,
    once: true,
  },
  'profiles.redeploy': {
    safe: false,
    privilege: 'Update macOS Configuration Profiles',
    secret: true,
    once: true,
  },
  'groups.read': { safe: true, privilege: 'Read Static Computer Groups' },
  'groups.find': { safe: true, privilege: 'Read Static Computer Groups' },
  'groups.create': { safe: false, privilege: 'Create Static Computer Groups', once: true },
  'groups.add': { safe: false, privilege: 'Update Static Computer Groups' },
  'groups.remove': { safe: false, privilege: 'Update Static Computer Groups' },
  'commands.find': { safe: true, privilege: 'View MDM command information in Jamf Pro API' },
  'push.blank': { safe: false, privilege: 'View MDM command information in Jamf Pro API' },
  'commands.flush': { safe: false, privilege: 'Flush MDM Commands' },
  'history.commands': { safe: true, privilege: 'Read Computers' },
  'session.privileges': { safe: true, privilege: null },
  'webhooks.list': { safe: true, privilege: 'Read Webhooks' },
  'webhooks.read': { safe: true, privilege: 'Read Webhooks', secret: true },
  'webhooks.create': { safe: false, privilege: 'Create Webhooks', secret: true },
  'webhooks.update': { safe: false, privilege: 'Update Webhooks', secret: true },
  'webhooks.delete': { safe: false, privilege: 'Delete Webhooks' },
} as const satisfies Record<string, CallFacts>;

/** Name of a call to Jamf. */
export type CallName = keyof typeof CALLS;

/** Every privilege that the service and its everyday commands need, each once. */
export function privilegesOfCalls(): readonly string[] {
  const named = Object.values<CallFacts>(CALLS).flatMap(({ privilege, once }) =>
    once ? [] : (privilege ?? []),
  );
  return [...new Set(named)];
}

/** Facts of a call. */
export function factsOf(call: CallName): CallFacts {
  return CALLS[call];
}
