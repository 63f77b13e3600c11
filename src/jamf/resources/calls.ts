/** Properties of an API call: whether it may be retried, and what errors may say about it. */
interface CallFacts {
  /** Whether the call changes nothing of importance in Jamf Pro, so that it may be retried after any failure. */
  safe: boolean;
  /**
   * Privilege that the API role needs. Sources: `x-required-privileges` of the Jamf Pro API specification; for the Classic API:
   * https://developer.jamf.com/jamf-pro/docs/classic-api-minimum-required-privileges-and-endpoint-mapping
   */
  privilege: string | null;
  /** A further privilege: needed instead of `privilege` for smart groups, and in addition for the status of computers. */
  privilegeElse?: string;
  /**
   * Whether a response may contain a secret in clear text (SCEP challenge, webhook header). If so, errors never quote
   * free text from the response.
   */
  secret?: true;
  /**
   * True for a call that is sent only when an operator requests it. The service does not need the privilege of this
   * call, so `recert doctor` does not check the privilege.
   */
  once?: true;
}

/**
 * All API calls of this client, by their name in errors, logs and metrics. The list is closed, so the number of
 * metric labels is limited.
 */
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
  'groups.read': {
    safe: true,
    privilege: 'Read Static Computer Groups',
    privilegeElse: 'Read Smart Computer Groups',
  },
  'groups.find': { safe: true, privilege: 'Read Static Computer Groups' },
  'groups.create': { safe: false, privilege: 'Create Static Computer Groups', once: true },
  'groups.add': { safe: false, privilege: 'Update Static Computer Groups' },
  'groups.remove': { safe: false, privilege: 'Update Static Computer Groups' },
  'commands.find': { safe: true, privilege: 'View MDM command information in Jamf Pro API' },
  'push.blank': { safe: false, privilege: 'View MDM command information in Jamf Pro API' },
  'commands.flush': { safe: false, privilege: 'Flush MDM Commands' },
  'history.commands': { safe: true, privilege: 'Read Computers' },
  'status.certificates': { safe: true, privilege: 'Read Computers', privilegeElse: 'Read Mobile Devices' },
  'session.privileges': { safe: true, privilege: null },
  'webhooks.list': { safe: true, privilege: 'Read Webhooks' },
  'webhooks.read': { safe: true, privilege: 'Read Webhooks', secret: true },
  'webhooks.create': { safe: false, privilege: 'Create Webhooks', secret: true },
  'webhooks.update': { safe: false, privilege: 'Update Webhooks', secret: true },
  'webhooks.delete': { safe: false, privilege: 'Delete Webhooks' },
} as const satisfies Record<string, CallFacts>;

/** Name of an API call to Jamf Pro. */
export type CallName = keyof typeof CALLS;

/** The privileges that the service and its regular commands need, without duplicates. */
export function privilegesOfCalls(): readonly string[] {
  const named = Object.values<CallFacts>(CALLS).flatMap(({ privilege, privilegeElse, once }) =>
    once ? [] : [privilege ?? [], privilegeElse ?? []].flat(),
  );
  return [...new Set(named)];
}

/** Returns the properties of an API call. */
export function factsOf(call: CallName): CallFacts {
  return CALLS[call];
}
