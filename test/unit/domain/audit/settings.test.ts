import { describe, expect, it } from 'vitest';
import { auditAnchors, auditCa, type CaFacts } from '../../../../src/domain/audit/ca.js';
import { auditPair, type Pair } from '../../../../src/domain/audit/pair.js';
import { type AuditSeverity, type RuleName, RULES } from '../../../../src/domain/audit/rules.js';
import { auditSettings, unseen } from '../../../../src/domain/audit/settings.js';
import { auditWatched } from '../../../../src/domain/audit/watched.js';
import { createFleetAudit } from '../../../../src/domain/audit/fleet.js';
import type { ProfileDetails } from '../../../../src/domain/profile.js';
import type { ScepSettings } from '../../../../src/domain/scep.js';
import { watch } from '../support/fleet.js';
import { goodPair, goodProfile, NONE, SCEP, scopeOf, withSubject } from '../support/profiles.js';

const scep = (change: Partial<ScepSettings>): Partial<ProfileDetails> => ({ scep: [{ ...SCEP, ...change }] });
const NOW = Date.UTC(2026, 10, 23);
const DAY_MS = 86_400_000;
const MAC = {
  id: '6',
  udid: '0D4C6A7E-0000-4000-8000-000000000006',
  serialNumber: 'C02XK1ABJG5J',
  managementId: '0D4C6A7E-0000-4000-8000-000000000007',
  name: "Jane's MacBook Pro",
  username: 'jane',
  realName: 'Jane Doe',
  email: '',
};
const CA: CaFacts = {
  askedAt: NOW,
  error: '',
  answered: true,
  renewal: false,
  expiresAt: NOW + 900 * DAY_MS,
  raExpiresAt: null,
};

/** One profile with one fault per line: change, rule, and the severity if it differs from the default. */
const SETTINGS: [string, Partial<ProfileDetails>, RuleName, AuditSeverity?][] = [
  ['no SCEP payload', { scep: [] }, 'payload'],
  ['payloads that cannot be read', { scep: null }, 'payload'],
  ['two SCEP payloads', { scep: [SCEP, SCEP] }, 'payload', 'warning'],
  ['no name', { name: ' ' }, 'name'],
  ['user level', { level: 'User' }, 'level'],
  ['Self Service', { install: 'self-service' }, 'install'],
  ['an empty scope', { scope: scopeOf() }, 'scope'],
  ['users as targets', { unseenScope: { limitedBy: [], users: true } }, 'scope-users'],
  [
    'users as targets and nobody else',
    { scope: scopeOf(), unseenScope: { limitedBy: [], users: true } },
    'scope-users',
  ],
  ['limitations', { unseenScope: { limitedBy: ['network segments'], users: false } }, 'scope-limits'],
  ['no URL', scep({ url: '' }), 'url'],
  ['a URL that is none', scep({ url: 'okta' }), 'url'],
  ['http', scep({ url: SCEP.url.replace('https', 'http') }), 'url'],
  ['another kind of URL', scep({ url: 'https://example.okta.com/scep' }), 'url-static'],
  ['no name of the CA', scep({ name: '' }), 'ca-name'],
  ['no subject', scep(withSubject()), 'subject'],
  ['a subject without a common name', scep(withSubject(['O', 'Example'])), 'subject'],
  ['no identifier', scep(withSubject(['CN', '$SERIALNUMBER ma'])), 'subject-identifier'],
  ['a misspelt variable', scep(withSubject(['CN', '$SERIAL $PROFILE_IDENTIFIER'])), 'subject-variable'],
  ['no challenge', scep({ challenge: 'none', challengeMark: null }), 'challenge'],
  ['a dynamic challenge', scep({ challenge: 'variable' }), 'challenge-type'],
  ['a key of another type', scep({ keyType: 'ECSECPrimeRandom' }), 'key-type'],
  ['a key of 1024 bits', scep({ keySize: 1024 }), 'key-size'],
  ['a key of no size', scep({ keySize: null }), 'key-size'],
  ['a key of 4096 bits', scep({ keySize: 4096 }), 'key-size', 'warning'],
  ['a key for encryption', scep({ keyUsage: 4 }), 'key-usage'],
  ['a key for nothing', scep({ keyUsage: null }), 'key-usage'],
  ['a key for both', scep({ keyUsage: 5 }), 'key-purpose'],
  ['a key that can be exported', scep({ extractable: true }), 'exportable'],
  ['a key of which nothing is said', scep({ extractable: null }), 'exportable'],
  ['a key for some apps', scep({ allAppsAccess: false }), 'all-apps'],
  ['a key for nobody said', scep({ allAppsAccess: null }), 'all-apps'],
  ['an identity preference', { identityPreference: true }, 'identity-preference'],
  ['the fingerprint of the CA', scep({ caFingerprint: true }), 'ca-pinned'],
];

const FLEET: [string, Partial<ProfileDetails>, RuleName][] = [
  [
    "Okta's own example",
    scep(withSubject(['CN', '$COMPUTERNAME ma $UDID $PROFILE_IDENTIFIER'])),
    'subject-length',
  ],
  ['a blank value', scep(withSubject(['CN', '$EMAIL $PROFILE_IDENTIFIER'])), 'subject-blank'],
];

/** Subjects that match the configured pattern for no Mac. All of them lack the identifier, too. */
const PATTERNS: [string, RegExp, Partial<ProfileDetails>, RuleName][] = [
  ['another text', /CN=mac-/u, scep(withSubject(['CN', '$SERIALNUMBER ma'])), 'subject-pattern'],
  ["a name like Apple's", /./u, scep(withSubject(['CN', 'com.apple.ma'])), 'subject-pattern'],
];

const CAS: [string, Partial<CaFacts>, RuleName][] = [
  ['no answer', { error: 'no answer', answered: false }, 'ca-unreachable'],
  ['an HTML page', { error: 'an HTML page' }, 'ca-response'],
  ['an RA that ends soon', { raExpiresAt: NOW + 29 * DAY_MS }, 'ra-expiring'],
  ['an RA that ends soon, without a known CA', { raExpiresAt: NOW + 1, expiresAt: null }, 'ra-expiring'],
  ['an expired CA', { expiresAt: NOW }, 'ca-expired'],
  ['a CA that ends soon', { expiresAt: NOW + 365 * DAY_MS }, 'ca-expiring'],
  ['renewal', { renewal: true }, 'ca-renewal'],
];

const { blue: BLUE, green: GREEN } = goodPair();
const blue = (change: Partial<ProfileDetails>): Partial<Pair> => ({ blue: { ...BLUE, ...change } });
const green = (change: Partial<ProfileDetails>): Partial<Pair> => ({ green: { ...GREEN, ...change } });
const PAIRS: [string, Partial<Pair>, RuleName][] = [
  ['another name of the CA', green(scep({ name: 'Other' })), 'pair-settings'],
  [
    'two CAs',
    green(scep({ url: 'https://other.okta.com/pki/1/scep/2', challengeMark: 'b' })),
    'pair-settings',
  ],
  ['two challenges at one URL', green(scep({ challengeMark: 'other' })), 'pair-challenge'],
  ['green for all', green({ scope: scopeOf({ allComputers: true }) }), 'green-scope'],
  ['green for more', green({ scope: scopeOf({ groupIds: ['31'], buildings: ['2'] }) }), 'green-scope'],
  ['green for nobody', green({ scope: scopeOf() }), 'green-scope'],
  [
    'green with exclusions',
    green({ scope: scopeOf({ groupIds: ['31'], exclusions: { ...NONE, departments: ['4'] } }) }),
    'green-exclusions',
  ],
  ['blue without the exclusion', blue({ scope: scopeOf({ groupIds: ['1'] }) }), 'blue-scope'],
  [
    'blue with the group as target',
    blue({ scope: scopeOf({ groupIds: ['32'], exclusions: { ...NONE, groupIds: ['32'] } }) }),
    'blue-scope',
  ],
  [
    'blue without the Macs of joinGreen',
    blue({ scope: scopeOf({ groupIds: ['1'], exclusions: { ...NONE, groupIds: ['31', '32'] } }) }),
    'blue-join-green',
  ],
  ['joinGreen and leaveBlue exchanged', { joinGreen: '32', leaveBlue: '31' }, 'groups-exchanged'],
  ['blue and green exchanged', { blue: GREEN, green: BLUE }, 'profiles-exchanged'],
  ['a smart group', { smartGroups: ['32'] }, 'group-kind'],
  [
    'the group of cycle as target',
    {
      exclude: '33',
      blue: goodProfile({
        scope: scopeOf({ groupIds: ['1', '33'], exclusions: { ...NONE, groupIds: ['32'] } }),
      }),
      green: { ...GREEN, scope: scopeOf({ groupIds: ['31'], exclusions: { ...NONE, groupIds: ['33'] } }) },
    },
    'exclusion-target',
  ],
  [
    'green without the exclusion of cycle',
    {
      exclude: '33',
      ...blue({ scope: scopeOf({ groupIds: ['1'], exclusions: { ...NONE, groupIds: ['32', '33'] } }) }),
    },
    'cycle-exclusion',
  ],
];

/** All findings of one profile, with a Mac and the CA. */
function auditAll(profile: ProfileDetails, ca: Partial<CaFacts> = {}) {
  const fleet = createFleetAudit(profile);
  fleet.look(MAC);
  return [...auditSettings(profile), ...fleet.result().findings, ...auditCa({ ...CA, ...ca })];
}

describe('the profile check', () => {
  it('has no finding for a correct profile', () => {
    expect(auditAll(goodProfile())).toEqual([]);
    expect(auditPair(goodPair())).toEqual([]);
    expect(auditWatched(goodPair())).toEqual({ blue: [], green: [], pair: [] });
  });

  it.each([...SETTINGS, ...FLEET])('finds exactly one fault: %s', (_, change, rule, severity) => {
    const findings = auditAll(goodProfile(change));
    expect(findings.map((finding) => [finding.rule, finding.severity])).toEqual([
      [rule, severity ?? RULES[rule].severity],
    ]);
    expect(findings[0]?.said).not.toBe('');
  });

  it.each(PATTERNS)('finds a subject that never matches: %s', (_, subject, change, rule) => {
    const fleet = createFleetAudit(goodProfile(change), 1, watch({ policy: { subject } }));
    fleet.look(MAC);
    expect(fleet.result().findings).toMatchObject([{ rule, severity: RULES[rule].severity }]);
  });

  it.each(CAS)('finds exactly one fault of a CA: %s', (_, change, rule) => {
    expect(auditAll(goodProfile(), change).map((finding) => finding.rule)).toEqual([rule]);
  });

  it('reports an expired RA certificate as an error, and accepts one with 300 days left', () => {
    expect(auditCa({ ...CA, raExpiresAt: NOW })).toMatchObject([{ rule: 'ra-expiring', severity: 'error' }]);
    expect(auditCa({ ...CA, raExpiresAt: NOW + 300 * DAY_MS })).toEqual([]);
  });

  it.each<[string, string, string, string[]]>([
    ['the certificate of the CA', 'CN=Okta CA', 'AA', ['the profile contains the certificate of the CA']],
    ['an older one', 'CN=Okta CA', 'BB', ['the profile contains an older certificate of the CA']],
    ['one of another CA', 'CN=Wi-Fi CA', 'BB', []],
  ])('checks a certificate in the profile: %s', (_, subject, fingerprint, said) => {
    const certificates = [{ subject: 'CN=Okta CA', fingerprint: 'AA', keyId: '01' }];
    const findings = auditAnchors([{ subject, fingerprint }], { certificates });
    expect(findings.map((one) => [one.rule, one.said])).toEqual(said.map((one) => ['ca-pinned', one]));
    expect(auditAnchors([{ subject, fingerprint }], {})).toEqual([]);
  });

  it.each(PAIRS)('finds exactly one fault of a pair of profiles: %s', (_, change, rule) => {
    const { blue: ofBlue, green: ofGreen, pair } = auditWatched({ ...goodPair(), ...change });
    expect([...ofBlue, ...ofGreen, ...pair].map((finding) => finding.rule)).toEqual([rule]);
  });

  it('has a case for every rule', () => {
    const covered = [...SETTINGS, ...FLEET, ...CAS, ...PAIRS].map(([, , rule]) => rule);
    covered.push(...PATTERNS.map(([, , , rule]) => rule));
    expect([...new Set(covered)].sort()).toEqual(Object.keys(RULES).sort());
  });

  it('accepts plain HTTP for traffic that never leaves the machine', () => {
    expect(auditSettings(goodProfile(scep({ url: 'http://127.0.0.1:1/pki/ab/scep/1' })))).toEqual([]);
  });

  it('says that the redistribution setting is not readable, unless Recert renews the profile itself', () => {
    expect(unseen(false)[0]).toContain('Redistribute Profile');
    expect(unseen(true)).toEqual([]);
  });
});
