import type { SimulatorOptions } from '../options.js';
import { BUILDINGS, DEPARTMENTS, KIOSK_DEPARTMENT } from './fleet/vocabulary.js';
import type { NamedEntry, Profile, Scope, ScopeTargets } from './model.js';
import { OKTA_EXPIRY } from './profiles/criteria.js';
import type { GroupStore } from './profiles/groups.js';
import { scepPayloads, wifiPayloads } from './profiles/payload.js';
import type { ProfileStore } from './profiles/profiles.js';
import { emptyScope, noTargets } from './profiles/scope.js';
import { createRandom } from './random.js';

/** IDs of the profiles and groups of a new world. */
export const SEEDED = {
  blue: 12,
  green: 13,
  wifi: 14,
  user: 15,
  allManaged: 1,
  oktaMacs: 20,
  expiring: 21,
  joinGreen: 31,
  leaveBlue: 32,
  excluded: 33,
} as const;

const entries = (names: readonly string[]): NamedEntry[] =>
  names.map((name, index) => ({ id: index + 1, name }));

/** Departments of a new world. */
export const seededDepartments = (): NamedEntry[] => entries(DEPARTMENTS);
/** Buildings of a new world. */
export const seededBuildings = (): NamedEntry[] => entries(BUILDINGS);

const criterion = (name: string, searchType: string, value: string) => ({
  name,
  priority: 0,
  andOr: 'and' as const,
  searchType,
  value,
});

/** Adds the groups that do not depend on certificates. `green` are the IDs of Macs that start with the green profile. */
export function seedGroups(
  groups: GroupStore,
  { green, excludable }: { green: readonly number[]; excludable: boolean },
): void {
  const smart = (id: number, name: string, description: string, criteria: ReturnType<typeof criterion>) =>
    groups.seed({ id, name, description, smart: true, criteria: [criteria] });
  smart(SEEDED.allManaged, 'All Managed Clients', '', criterion('Managed', 'is', 'Managed'));
  smart(
    SEEDED.oktaMacs,
    'Okta Device Access Macs',
    'Macs with an Okta Device Access certificate',
    criterion('Department', 'is not', KIOSK_DEPARTMENT),
  );
  const overlap = { smart: false, criteria: [], members: green };
  const description = 'Managed by Recert. Do not change manually.';
  groups.seed({ id: SEEDED.joinGreen, name: 'Recert: join green', description, ...overlap });
  groups.seed({ id: SEEDED.leaveBlue, name: 'Recert: leave blue', description, ...overlap });
  if (excludable)
    groups.seed({ id: SEEDED.excluded, name: 'Recert: excluded', description, ...overlap, members: [] });
}

/** Adds the smart group with the criterion for certificates. Must be called after the certificates exist. */
export function seedExpiringGroup(groups: GroupStore): void {
  groups.seed({
    id: SEEDED.expiring,
    name: 'Okta certificate expires within 30 days',
    description: '',
    smart: true,
    criteria: [criterion(OKTA_EXPIRY, 'in less than x days', '30')],
  });
}

function scope(targets: Partial<Scope>, exclusions: Partial<ScopeTargets> = {}): Scope {
  return { ...emptyScope(), ...targets, exclusions: { ...noTargets(), ...exclusions } };
}

/** Adds the four profiles: Okta blue and green, one without a certificate, and one of another CA. */
export function seedProfiles(
  profiles: ProfileStore,
  options: SimulatorOptions,
  okta: { scepPath: string; challenge: string },
): void {
  const random = createRandom(options.seed, 'seeded profiles');
  const uuid = () => random.uuid().toUpperCase();
  const common = {
    distributionMethod: 'Install Automatically' as const,
    userRemovable: false,
    description: '',
    level: 'System' as Profile['level'],
    redistributeDays: 0,
  };
  const blue = { ...common, id: SEEDED.blue, name: 'Okta SCEP', uuid: uuid() };
  const green = { ...common, id: SEEDED.green, name: 'Okta SCEP (green)', uuid: uuid() };
  const wifi = { ...common, id: SEEDED.wifi, name: 'Office Wi-Fi & Guest', uuid: uuid() };
  const user = {
    ...common,
    id: SEEDED.user,
    name: 'VPN user certificate',
    uuid: uuid(),
    level: 'User' as const,
  };
  const { subject, redistributeDays, excludable } = options.profiles;
  const excluded = excludable ? [SEEDED.excluded] : [];
  const scep = { url: `${options.baseUrl}${okta.scepPath}`, subject, challenge: okta.challenge };
  const oktaScep = { ...scep, name: 'Okta CA', keySize: 2048 };

  profiles.seed({
    ...blue,
    redistributeDays,
    payloads: scepPayloads(blue, oktaScep, uuid()),
    scope: scope({ computerGroups: [SEEDED.oktaMacs] }, { computerGroups: [SEEDED.leaveBlue, ...excluded] }),
  });
  profiles.seed({
    ...green,
    redistributeDays,
    payloads: scepPayloads(green, oktaScep, uuid()),
    scope: scope({ computerGroups: [SEEDED.joinGreen] }, { computerGroups: excluded }),
  });
  profiles.seed({
    ...wifi,
    payloads: wifiPayloads(wifi, options.institution, uuid()),
    scope: scope({ allComputers: true }),
  });
  const vpn = {
    url: 'https://scep.vpn.pretend.example/scep',
    name: 'VPN CA',
    subject: 'CN=$EMAIL,OU=vpn',
    challenge: random.hex(32),
    keySize: 2048,
  };
  const engineering = DEPARTMENTS.indexOf('Engineering') + 1;
  profiles.seed({
    ...user,
    payloads: scepPayloads(user, vpn, uuid()),
    scope: scope({ departments: [engineering] }),
  });
}
