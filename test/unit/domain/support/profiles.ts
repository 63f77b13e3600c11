import type { Pair } from '../../../../src/domain/audit/pair.js';
import type { ProfileDetails, ScopeTargets } from '../../../../src/domain/profile.js';
import type { ScepSettings } from '../../../../src/domain/scep.js';

export const NONE: ScopeTargets = { computerIds: [], groupIds: [], departments: [], buildings: [] };

export const scopeOf = (scope: Partial<ProfileDetails['scope']> = {}): ProfileDetails['scope'] => ({
  ...NONE,
  allComputers: false,
  exclusions: NONE,
  ...scope,
});

export const withSubject = (...attributes: [string, string][]) => ({
  attributes,
  subject: attributes.map((one) => one.join('=')).join(','),
});

/** The settings of the Okta page. */
export const SCEP: ScepSettings = {
  url: 'https://example.okta.com/pki/0123456789abcdef0123456789abcdef01234567/scep/aus1',
  name: 'Okta CA',
  ...withSubject(['CN', '$SERIALNUMBER ma $PROFILE_IDENTIFIER']),
  keyType: 'RSA',
  keySize: 2048,
  keyUsage: 1,
  extractable: false,
  allAppsAccess: true,
  challenge: 'static',
  challengeMark: 'mark',
};

/** A correct profile. */
export const goodProfile = (more: Partial<ProfileDetails> = {}): ProfileDetails => ({
  id: '12',
  name: 'Okta blue',
  identifier: '5F0CBB64-0000-4000-8000-000000000012',
  level: 'System',
  install: 'automatic',
  unseenScope: { limitedBy: [], users: false },
  scope: scopeOf({ groupIds: ['1'], exclusions: { ...NONE, groupIds: ['32'] } }),
  scep: [SCEP],
  ...more,
});

/** Two correct profiles. */
export const goodPair = (): Pair => ({
  joinGreen: '31',
  leaveBlue: '32',
  blue: goodProfile(),
  green: goodProfile({
    id: '13',
    name: 'Okta green',
    identifier: '5F0CBB64-0000-4000-8000-000000000013',
    scope: scopeOf({ groupIds: ['31'] }),
  }),
});
