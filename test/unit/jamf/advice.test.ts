import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/config/values/secret.js';
import type { NewProfile } from '../../../src/jamf/resources/new-profile.js';
import { connect, failureOf } from './support/client.js';
import { connectSetup } from './support/setup.js';

const V4 = 'GET /api/v4/computers-inventory';
const CREATE = 'POST /JSSResource/osxconfigurationprofiles/id/0';
const conflict = (text: string) => ({
  status: 409,
  body: `<html><head><title>Status page</title></head><body><p>Error: ${text}</p></body></html>`,
});
const sound: NewProfile = {
  name: 'Okta SCEP',
  url: 'https://example.okta.com/scep',
  caName: 'Okta CA',
  subject: [['CN', '$SERIALNUMBER ma $PROFILE_IDENTIFIER']],
  keyUsage: 1,
  challenge: new Secret('canary-challenge'),
  uuid: 'U',
  payloadUuid: 'P',
};

describe('an inventory page that times out', () => {
  it.each([
    ['a list', 'listComputers'],
    ['Macs by ID', 'readComputers'],
  ] as const)('advises a lower pageSize: %s', async (_, call) => {
    const { jamf } = await connect({ [V4]: { hang: true } }, { settings: { timeout: 80 } });
    const error = await failureOf(
      call === 'listComputers' ? jamf.listComputers({}, 0) : jamf.readComputers(['1']),
    );
    expect(error.advice).toMatch(/^Lower pageSize of this instance/);
    expect(error.advice).toContain('raise timeout');
  });

  it('gives no such advice for another call', async () => {
    const version = 'GET /api/v1/jamf-pro-version';
    const { jamf } = await connect({ [version]: { hang: true } }, { settings: { timeout: 80 } });
    expect((await failureOf(jamf.version())).advice).not.toContain('pageSize');
  });
});

describe('a new profile', () => {
  it.each([
    ['name', { name: 'R&D Okta' }, '&'],
    ['name', { name: 'a < b' }, '<'],
    ['SCEP URL', { url: 'https://example.okta.com/scep?a=1&b=2' }, '&'],
    ['name of the SCEP payload', { caName: 'R&D CA' }, '&'],
    ['subject', { subject: [['CN', 'a&b $PROFILE_IDENTIFIER']] }, '&'],
    ['challenge', { challenge: new Secret('canary&challenge') }, '&'],
    ['challenge', { challenge: new Secret('canary&lt;challenge') }, '&'],
  ] satisfies [string, Partial<NewProfile>, string][])(
    'is refused before sending if its %s contains such a character: %j',
    async (what, changes, character) => {
      const { jamf, server, told } = await connectSetup({
        [CREATE]: conflict('Unable to update the database'),
      });
      const error = await failureOf(jamf.createProfile({ ...sound, ...changes }));
      expect(error).toMatchObject({ retryable: false, inDoubt: false, status: null });
      expect(error.said).toContain(`the ${what} contains the character "${character}"`);
      expect(error.message).toContain('PI-827');
      expect(server.seen).toEqual([]);
      expect(`${error.message}${told()}`).not.toContain('canary');
    },
  );

  it.each(['a > b', 'a "b" \'c\'', 'Zoë; #1 %', 'a ]] b'])('is sent with the name %j', async (name) => {
    const { jamf, server } = await connectSetup({ [CREATE]: { status: 201 } });
    await jamf.createProfile({ ...sound, name });
    expect(server.of(CREATE)).toHaveLength(1);
  });

  it.each(['Unable to update the database', 'UNABLE TO UPDATE the database', 'Something else'])(
    'that Jamf Pro rejects with 409 is never a temporary failure: %s',
    async (text) => {
      const { jamf } = await connectSetup({ [CREATE]: conflict(text) });
      const error = await failureOf(jamf.createProfile(sound));
      expect(error).toMatchObject({ status: 409, retryable: false, inDoubt: false });
      expect(error.advice).toContain('Check its name, its SCEP URL and its challenge');
    },
  );

  it('whose name is in use is refused with that reason', async () => {
    const { jamf } = await connectSetup({ [CREATE]: conflict('Duplicate name') });
    expect((await failureOf(jamf.createProfile(sound))).advice).toContain('the name is already in use');
  });
});

it('truncated JSON is a connection error, not a wrong URL', async () => {
  const { jamf } = await connect({ [V4]: { body: '{"totalCount":1,"results":[{"id":"1' } });
  const error = await failureOf(jamf.listComputers({}, 0));
  expect(error.message).toContain('the connection closed before the response was complete');
  expect(error.advice).not.toContain('url');
});
