import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { scepDifferences } from '../../../src/domain/scep.js';
import { connectSetup } from './support/setup.js';

const AUTH = 'GET /api/v1/auth';
const VERSION = 'GET /api/v1/jamf-pro-version';
const PROFILE = 'GET /JSSResource/osxconfigurationprofiles/id/12';

describe('the information about a server', () => {
  it('contains its version, its inventory, and the offset of its clock', async () => {
    const at = Date.UTC(2026, 10, 23, 12);
    const date = new Date(at + 30_000).toUTCString();
    const { jamf } = await connectSetup(
      { [VERSION]: { headers: { date }, body: { version: '11.29.1-t1' } } },
      { now: () => at },
    );
    expect(await jamf.about()).toEqual({ version: '11.29.1-t1', inventory: 'v3', clockAheadMs: 30_500 });
  });

  it('has no clock offset when the server sends no date', async () => {
    const { jamf } = await connectSetup({
      [VERSION]: { headers: { date: 'soon' }, body: { version: '11.30.0' } },
    });
    expect((await jamf.about()).clockAheadMs).toBeNull();
  });
});

describe('the privileges of a token', () => {
  it('are collected from the account, its sites and its groups', async () => {
    const { jamf } = await connectSetup({
      [AUTH]: {
        body: {
          account: { privilegeSet: 'CUSTOM', privilegesBySite: { '-1': ['Read Computers'], '2': ['B'] } },
          accountGroups: [{ privileges: ['C'] }, { privileges: null }],
        },
      },
    });
    expect(await jamf.privileges()).toEqual({ names: new Set(['Read Computers', 'B', 'C']), all: false });
  });

  it.each([
    ['an empty answer', {}, false],
    ['nulls', { account: null, accountGroups: null }, false],
    ['an administrator', { account: { accessLevel: 'FullAccess', privilegeSet: 'ADMINISTRATOR' } }, true],
    [
      'an administrator of a site',
      { account: { accessLevel: 'SiteAccess', privilegeSet: 'ADMINISTRATOR' } },
      false,
    ],
  ])('are %s', async (_, body, all) => {
    const { jamf } = await connectSetup({ [AUTH]: { body } });
    expect(await jamf.privileges()).toEqual({ names: new Set(), all });
  });
});

function plistOf(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"><dict><key>PayloadContent</key><array>${content}</array></dict></plist>`;
}

const scep = (challenge: string, more = '') =>
  `<dict><key>PayloadType</key><string>com.apple.security.scep</string><key>PayloadContent</key><dict>
  <key>URL</key><string>https://example.okta.com/pki/1/scep/2</string><key>Name</key><string>Okta CA</string>
  <key>Subject</key><array><array><array><string>CN</string><string>$SERIALNUMBER</string></array></array><array><array><string>O</string><string>Example</string></array></array></array>
  <key>Keysize</key><integer>2048</integer><key>Key Usage</key><integer>1</integer>
  <key>Challenge</key><string>${challenge}</string>${more}</dict></dict>`;

async function readScep(payloads: unknown) {
  const { jamf } = await connectSetup({
    [PROFILE]: {
      body: {
        os_x_configuration_profile: {
          general: { id: 12, name: 'Okta', uuid: 'U', level: 'System', payloads },
          scope: { all_computers: true, exclusions: {} },
        },
      },
    },
  });
  return (await jamf.readProfile('12')).scep;
}

describe('the SCEP payloads of a profile', () => {
  it('are read without the challenge: a digest allows a comparison, but not reading it', async () => {
    const wifi = '<dict><key>PayloadType</key><string>com.apple.wifi.managed</string></dict>';
    const [one, other, ...more] =
      (await readScep(plistOf(`${wifi}${scep('canary')}${scep('canary')}`))) ?? [];
    expect(one).toMatchObject({
      url: 'https://example.okta.com/pki/1/scep/2',
      name: 'Okta CA',
      subject: 'CN=$SERIALNUMBER,O=Example',
      keySize: 2048,
      keyUsage: 1,
    });
    expect(one).toEqual(other);
    expect(more).toEqual([]);
    expect(inspect(one)).not.toContain('canary');
  });

  it('have no digest when there is no challenge', async () => {
    expect((await readScep(plistOf(scep(''))))?.[0]).toMatchObject({
      challenge: 'none',
      challengeMark: null,
    });
  });

  it.each([
    ['no plist', 'canary<'],
    ['an empty text', ''],
    ['a plist that is no profile', plistOf('').replaceAll('array', 'string')],
    ['no text', 12],
    ['cut off', plistOf(scep('canary')).slice(0, -40)],
    ['followed by more', `${plistOf(scep('a'))} canary`],
    ['full of entities of their own', `<!DOCTYPE plist [<!ENTITY a "canary">]>${plistOf(scep('&a;'))}`],
  ])('are empty when they are %s, and nothing of them is printed', async (_, payloads) => {
    const printed = (['error', 'warn', 'log'] as const).map((name) =>
      vi.spyOn(console, name).mockReturnValue(undefined),
    );
    onTestFinished(() => {
      for (const spy of printed) spy.mockRestore();
    });
    expect(await readScep(payloads)).toBeNull();
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
  });

  it.each([
    ['$SCEP_CHALLENGE', 'variable'],
    ['%Challenge%', 'variable'],
    ['pa$$word', 'static'],
  ])('have a challenge %s that is %s', async (challenge, kind) => {
    expect((await readScep(plistOf(scep(challenge))))?.[0]?.challenge).toBe(kind);
  });

  it('have the components of a subject that was entered as one text', async () => {
    const typed = scep('a').replace('$SERIALNUMBER', '$SERIALNUMBER, OU=a,b');
    expect((await readScep(plistOf(typed)))?.[0]?.attributes).toEqual([
      ['CN', '$SERIALNUMBER'],
      ['OU', 'a,b'],
      ['O', 'Example'],
    ]);
  });

  it.each([
    ['$SERIALNUMBER,2.5.4.11=a', ['OU', 'a']],
    ['$SERIALNUMBER, OID.2.5.4.11 = a', ['OU', 'a']],
    ['$SERIALNUMBER,organizationalUnitName=a', ['OU', 'a']],
  ])('have the components of a subject that was entered as %s', async (text, part) => {
    const [payload] = (await readScep(plistOf(scep('a').replace('$SERIALNUMBER', text)))) ?? [];
    expect(payload?.attributes).toEqual([['CN', '$SERIALNUMBER'], part, ['O', 'Example']]);
    expect(payload?.subject).toBe('CN=$SERIALNUMBER,OU=a,O=Example');
  });

  it('have short attribute types, and a challenge that may be a variable with an underscore', async () => {
    const [payload] = (await readScep(plistOf(scep('%AD_Domain%').replace('>CN<', '>2.5.4.3<')))) ?? [];
    expect(payload).toMatchObject({ subject: 'CN=$SERIALNUMBER,O=Example', challenge: 'variable' });
    expect((await readScep(plistOf(scep('$password'))))?.[0]?.challenge).toBe('static');
  });

  it('show who may export the key', async () => {
    const toggles = scep('a').replace(
      '<key>Challenge',
      '<key>KeyIsExtractable</key><false/><key>AllowAllAppsAccess</key><true/><key>Challenge',
    );
    expect((await readScep(plistOf(toggles)))?.[0]).toMatchObject({
      extractable: false,
      allAppsAccess: true,
    });
    expect((await readScep(plistOf(scep('a'))))?.[0]).toMatchObject({
      extractable: null,
      allAppsAccess: null,
    });
  });

  it('are different when a field differs', async () => {
    const [one] = (await readScep(plistOf(scep('a')))) ?? [];
    const [other] = (await readScep(plistOf(scep('b').replace('2048', '4096')))) ?? [];
    if (!one || !other) throw new Error('no payload');
    expect(scepDifferences(one, one)).toEqual([]);
    expect(scepDifferences(one, other)).toEqual([
      { what: 'key size', fatal: false },
      { what: 'challenge', fatal: true },
    ]);
    expect(scepDifferences(one, { ...other, url: 'https://other.example.com' })).toEqual([
      { what: 'url', fatal: false },
      { what: 'key size', fatal: false },
    ]);
  });
});
