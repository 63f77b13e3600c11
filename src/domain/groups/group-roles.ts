/** The purpose of a static group in the configuration of a watched profile. */
export type GroupPurpose = 'joinGreen' | 'leaveBlue' | 'exclude';

/** The groups and profiles that the configuration of a watched profile names. */
export interface NamedIds {
  /** ID of the only profile, if no second one is configured. */
  readonly profile?: string | undefined;
  readonly overlap?:
    | {
        readonly blue: string;
        readonly green: string;
        readonly joinGreen: string;
        readonly leaveBlue: string;
      }
    | undefined;
  readonly cycle?: { readonly exclude: string } | undefined;
}

/** A Jamf Pro server in the configuration. */
interface ConfiguredServer {
  readonly instance: string;
  readonly url: string;
  readonly profiles: Readonly<Record<string, NamedIds>>;
}

/** An ID that is used for two purposes. `path` is the setting to change, below `instances`. */
export interface DoubleRole {
  path: readonly string[];
  message: string;
}

interface Role {
  kind: 'group' | 'profile';
  id: string;
  path: readonly string[];
}

/**
 * Finds IDs of groups and profiles that are used for two purposes on one Jamf Pro server. Recert would undo one
 * purpose with the other, and a Mac could be left without either profile. Two instances with the same URL are the
 * same server.
 */
export function doubleRoles(servers: readonly ConfiguredServer[]): readonly DoubleRole[] {
  const seen = new Map<string, readonly string[]>();
  return servers.flatMap((server) =>
    rolesOf(server).flatMap(({ kind, id, path }) => {
      const key = `${serverOf(server.url)} ${kind} ${id}`;
      const first = seen.get(key);
      seen.set(key, first ?? path);
      if (first === undefined) return [];
      const todo =
        kind === 'group'
          ? 'Set a separate static group for each of them'
          : 'Set a separate profile for each of them';
      return [{ path, message: `is ${kind} ${id}, which is also ${first.join('.')}. ${todo}` }];
    }),
  );
}

/** Returns the groups of a watched profile with their purposes. */
export function groupsOf({ overlap, cycle }: NamedIds): readonly [GroupPurpose, string][] {
  return [
    ...(overlap === undefined
      ? []
      : ([
          ['joinGreen', overlap.joinGreen],
          ['leaveBlue', overlap.leaveBlue],
        ] satisfies [GroupPurpose, string][])),
    ...(cycle === undefined ? [] : [['exclude', cycle.exclude] satisfies [GroupPurpose, string]]),
  ];
}

function rolesOf({ instance, profiles }: ConfiguredServer): readonly Role[] {
  return Object.entries(profiles).flatMap(([name, ids]) => {
    const under = [instance, 'profiles', name];
    return [
      ...profileRoles(ids).map(([id, key]): Role => ({ kind: 'profile', id, path: [...under, ...key] })),
      ...groupsOf(ids).map(([purpose, id]): Role => {
        return { kind: 'group', id, path: [...under, purpose === 'exclude' ? 'cycle' : 'overlap', purpose] };
      }),
    ];
  });
}

/** Returns the profiles of a watched profile with the setting that names each. */
function profileRoles({ profile, overlap }: NamedIds): readonly [id: string, key: readonly string[]][] {
  if (overlap === undefined) return profile === undefined ? [] : [[profile, ['profile']]];
  const { blue, green } = overlap;
  const first: [string, readonly string[]] = [blue, ['overlap', 'blue']];
  return blue === green ? [first] : [first, [green, ['overlap', 'green']]];
}

/**
 * Returns the address that identifies a server: without differences in the case of the host name, the default port
 * and slashes at the end.
 */
function serverOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url;
}
