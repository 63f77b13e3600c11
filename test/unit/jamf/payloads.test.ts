import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readPayloads, scepIn } from '../../../src/jamf/parsing/scep.js';
import { createKeys } from '../../../simulator/world/ca/keys.js';
import { signCertificate } from '../../../simulator/world/ca/x509.js';
import { connect, toldOf } from './support/client.js';

const head = '<?xml version="1.0" encoding="UTF-8"?>';
const empty = '<plist version="1.0"><dict><key>PayloadContent</key><array/></dict></plist>';
const scep = (url: string, challenge = 'x') =>
  `<plist version="1.0"><dict><key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.security.scep</string><key>PayloadContent</key><dict><key>URL</key><string>${url}</string><key>Keysize</key><integer>2048</integer><key>KeyIsExtractable</key><false/><key>Subject</key><array><array><array><string>CN</string><string>a</string></array></array></array><key>Challenge</key><string>${challenge}</string></dict></dict></array></dict></plist>`;

const printed = () => vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
afterEach(() => vi.restoreAllMocks());

describe('the identifier of a profile', () => {
  const own = '<key>PayloadIdentifier</key><string>com.example.okta</string></dict></plist>';
  const answer = (payloads: string) => ({
    os_x_configuration_profile: {
      general: { id: 12, name: 'a', uuid: 'U', level: 'computer', distribution_method: '', payloads },
      scope: { all_computers: true, exclusions: {} },
    },
  });

  it.each([
    [
      'that of the payload, which an uploaded profile keeps',
      empty.replace('</dict></plist>', own),
      'com.example.okta',
    ],
    ['its UUID without one', empty, 'U'],
    ['its UUID if the payload cannot be read', 'bplist00', 'U'],
  ])('is %s', async (_, payloads, identifier) => {
    const { jamf } = await connect({
      'GET /JSSResource/osxconfigurationprofiles/id/12': { body: answer(payloads) },
    });
    expect(await jamf.readProfile('12')).toMatchObject({ identifier });
  });
});

describe('a property list', () => {
  it.each([
    ['a line break before it', `\n${head}${empty}`],
    ['a byte order mark', `\uFEFF${head}${empty}`],
    ['blanks before it', `  ${head}\r\n${empty}`],
    ['a comment after it', `${head}${empty}<!-- x -->`],
    ['a comment before it', `${head}<!-- <plist> --><!-- - -->\n${empty}\n`],
    ['the DOCTYPE of Apple', `${head}<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x">\n${empty}`],
    ['a comment inside', `${head}${empty.replace('<dict>', '<dict><!-- x -->')}`],
  ])('is read with %s, without a report', (_, text) => {
    const [write, error] = [printed(), vi.spyOn(console, 'error')];
    expect(scepIn(text)).toEqual([]);
    expect([write, error].flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  it.each([
    '',
    'bplist00',
    '{ a = b; }',
    `${empty}${empty}`,
    `${empty}x`,
    `${head}<dict/>`,
    empty.replace('</dict>', ''),
    '<plist version="1" version="2"><dict><key>a</key></dict></plist>',
    '<plist a:b="1" <dict/></plist>',
    '<plist><dict><string>canary</string></dict></plist>',
    '<!DOCTYPE plist [<!ENTITY x "y">]><plist><dict/></plist>',
    `${'<!-- x -->'.repeat(50)}<dict/>`,
    '<plist><dict><key>a</key><data>%%%</data><key>b</key><integer></integer></dict></plist>',
  ])('is not readable if it is %j, without a report', (text) => {
    const [write, error] = [printed(), vi.spyOn(console, 'error')];
    expect(scepIn(text)).toBeNull();
    expect([write, error].flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  it('keeps the types of its values', () => {
    expect(scepIn(scep('https://ca', ''))).toMatchObject([
      {
        url: 'https://ca',
        keySize: 2048,
        extractable: false,
        allAppsAccess: null,
        subject: 'CN=a',
        challenge: 'none',
      },
    ]);
  });
});

describe('what keeps an old CA or an old certificate in use', () => {
  const keys = createKeys();
  const der = signCertificate({
    serialNumber: '1',
    subject: [['CN', 'Okta CA']],
    issuer: [['CN', 'Okta CA']],
    notBeforeAt: 0,
    notAfterAt: 1_000,
    subjectKey: keys.publicKey,
    issuerKeys: keys,
    authority: true,
  });
  const payload = (type: string, rest: string) =>
    `<dict><key>PayloadType</key><string>com.apple.security.${type}</string>${rest}</dict>`;
  const profile = (...others: string[]) =>
    scep('https://ca')
      .replace('<string>com.apple.security.scep</string>', '$&<key>PayloadUUID</key><string>S1</string>')
      .replace('</dict></array></dict></plist>', `</dict>${others.join('')}</array></dict></plist>`);
  const preference = (id: string) =>
    payload('identitypreference', `<key>PayloadCertificateUUID</key><string>${id}</string>`);

  it.each(['root', 'pkcs1', 'pem'])('is read from a payload of the type %s', (type) => {
    const content = type === 'pem' ? Buffer.from(new X509Certificate(der).toString()) : der;
    const data = `<key>PayloadContent</key><data>\n${content.toString('base64')}\n</data>`;
    const broken = payload(type, '<key>PayloadContent</key><data>AAAA</data>');
    expect(readPayloads(profile(payload(type, data), broken)).anchors).toEqual([
      { subject: 'CN=Okta CA', fingerprint: new X509Certificate(der).fingerprint256 },
    ]);
  });

  it('is an identity preference only for the certificate of the SCEP payload', () => {
    expect(readPayloads(profile(preference('s1'))).identityPreference).toBe(true);
    expect(readPayloads(profile(preference('S2'))).identityPreference).toBe(false);
    expect(readPayloads(profile())).toMatchObject({ anchors: [], identityPreference: false });
    expect(readPayloads('nothing').identityPreference).toBeUndefined();
  });

  it('is the fingerprint of the CA in the SCEP payload', () => {
    const pinned = profile().replace('<key>URL</key>', '<key>CAFingerprint</key><data>AQI=</data>$&');
    expect(readPayloads(pinned).scep).toMatchObject([{ caFingerprint: true }]);
    expect(readPayloads(profile()).scep?.[0]).not.toHaveProperty('caFingerprint');
  });
});

describe('payloads with damaged entities (PI-827)', () => {
  it.each([
    ['a bare ampersand', scep('https://ca/?a=1&b=2'), 'https://ca/?a=1&b=2'],
    ['a bare <', scep('https://ca/ < 2'), 'https://ca/ < 2'],
    ['a forbidden reference', scep('https://ca/&#x0;'), 'https://ca/\uFFFD'],
    ['a layer too many in a text', scep('https://ca/?a=1&amp;amp;b=2'), 'https://ca/?a=1&amp;b=2'],
    [
      'a layer too many around them',
      scep('https://ca').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
      'https://ca',
    ],
  ])('are read with %s, and reported', (_, text, url) => {
    const [write, error] = [printed(), vi.spyOn(console, 'error')];
    const read = readPayloads(text);
    expect([write, error].flatMap(({ mock }) => mock.calls)).toEqual([]);
    expect(read.scep?.[0]?.url).toBe(url);
    expect(read.damaged).toBe(true);
  });

  it('are not reported if the entities are sound', () => {
    expect(readPayloads(scep('https://ca/?a=1&amp;b=&lt;')).damaged).toBe(false);
    expect(readPayloads('nothing').damaged).toBe(false);
  });

  it('name the profile and the product issue in an event', async () => {
    const general = { id: 12, name: 'a', uuid: 'U', payloads: scep('https://ca/?a&b', 'canary') };
    const scope = { all_computers: true, exclusions: {} };
    const connected = await connect({
      'GET /JSSResource/osxconfigurationprofiles/id/12': {
        body: { os_x_configuration_profile: { general, scope } },
      },
    });
    expect((await connected.jamf.readProfile('12')).scep).toHaveLength(1);
    const [odd] = toldOf(connected, 'jamf.odd');
    expect(odd).toMatchObject({ what: 'payload-entities', call: 'profiles.read' });
    expect(JSON.stringify(odd)).toContain('profile 12');
    expect(JSON.stringify(odd)).toContain('PI-827');
    expect(JSON.stringify(connected.told)).not.toContain('canary');
  });
});
