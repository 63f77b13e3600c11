import type { Computer } from '../../../../src/domain/computer.js';
import type { Profile, ProfileDetails } from '../../../../src/domain/profile.js';
import type { ComputerFilter, JamfConnection } from '../../../../src/jamf/client.js';
import { watch } from '../../../unit/domain/support/fleet.js';
import { SCEP } from '../../../unit/domain/support/profiles.js';
import { jamfError } from '../../../support/redistribution/simulated-jamf.js';

/** A Jamf Pro server as an object: a fleet, its two profiles, and a log of calls. */
export interface FakeJamf {
  client: JamfConnection;
  fleet: Map<string, Computer>;
  /** IDs of Macs whose records it cannot return. */
  bad: Set<string>;
  profiles: Map<string, Profile & Partial<ProfileDetails>>;
  /** Every call, in order: `read 1,2,3`, `list 0`, `changed 0`, `profile 11`. */
  calls: string[];
  /** Awaited before each response. Throws to make the call fail. */
  before: (call: string) => Promise<void> | void;
}

export function fakeJamf(pageSize = 100): FakeJamf {
  const { blue, green } = watch();
  const fake = {
    fleet: new Map<string, Computer>(),
    bad: new Set<string>(),
    profiles: new Map<string, Profile & Partial<ProfileDetails>>(
      [blue, green].flatMap((profile) => (profile === null ? [] : [[profile.id, profile] as const])),
    ),
    calls: [] as string[],
    before: (_call: string): Promise<void> | void => undefined,
  };
  const asked = async <Answer>(call: string, answer: () => Answer): Promise<Answer> => {
    fake.calls.push(call);
    await fake.before(call);
    return answer();
  };
  const matching = ({ reportedAfter = -Infinity }: ComputerFilter) =>
    [...fake.fleet.values()]
      .filter(({ reportedAt }) => (reportedAt ?? 0) > reportedAfter)
      .sort((one, other) => Number(one.id) - Number(other.id));
  const never = (): Promise<never> => Promise.reject(new Error('not to be called by assess or sweep'));
  const client: JamfConnection = {
    instance: 'prod',
    version: () => Promise.resolve('11.30.1'),
    readComputers: (ids, setAside) =>
      asked(`read ${ids.join()}`, () => {
        const bad = ids.filter((id) => fake.bad.has(id));
        bad.forEach((id) => setAside?.(id));
        return ids.flatMap((id) => (fake.bad.has(id) ? [] : (fake.fleet.get(id) ?? [])));
      }),
    listComputers: (filter, page) =>
      asked(`${filter.reportedAfter === undefined ? 'list' : 'changed'} ${page}`, () => {
        const all = matching(filter);
        const listed = all.slice(page * pageSize, (page + 1) * pageSize);
        const setAside = listed.map(({ id }) => id).filter((id) => fake.bad.has(id));
        const computers = listed.filter(({ id }) => !fake.bad.has(id));
        return { total: all.length, computers, records: listed.length, setAside };
      }),
    readStatus: never,
    listProfiles: () =>
      asked('profiles', () => [...fake.profiles.values()].map(({ id, name }) => ({ id, name }))),
    readProfile: (id) =>
      asked(`profile ${id}`, (): ProfileDetails => {
        const profile = fake.profiles.get(id);
        if (!profile) throw jamfError('answered 404', { status: 404 });
        return {
          install: 'automatic',
          unseenScope: { limitedBy: [], users: false },
          scep: [SCEP],
          ...profile,
        };
      }),
    readGroup: (id) =>
      asked(`group ${id}`, () => {
        const members = [...fake.fleet.values()].filter(({ groupIds }) => groupIds.includes(id));
        return { id, name: `group ${id}`, smart: true, computerIds: members.map((mac) => mac.id) };
      }),
    addToGroup: never,
    removeFromGroup: never,
    findCommands: never,
    blankPush: never,
    flushFailedCommands: never,
    readFailedCommands: never,
    inSession: (work) => work(client),
    breakerState: 'closed',
    close: () => undefined,
  };
  return Object.assign(fake, { client });
}
