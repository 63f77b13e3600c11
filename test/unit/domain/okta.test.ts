import { describe, expect, it } from 'vitest';
import { applyEvents } from '../../../src/domain/okta/events.js';
import { configurationFor, keyIdOf, successorOf } from '../../../src/domain/okta/match.js';
import { staleSecrets, staleSecretText } from '../../../src/domain/okta/secret.js';
import type { CaGeneration, OktaEvent, ScepConfiguration } from '../../../src/domain/okta/state.js';

const URL_A = 'https://example.okta.com/pki/AB/scep/rac1';

const event = (more: Partial<OktaEvent>): OktaEvent => ({
  id: 'e1',
  type: 'device.platform.secret_key.reset',
  at: 100,
  targetIds: ['rac1'],
  words: [],
  ...more,
});
const configuration: ScepConfiguration = {
  id: 'rac1',
  name: '',
  url: URL_A,
  challenge: 'STATIC',
  authorityId: 'AB',
  keyId: 'K1',
  caExpiresAt: null,
  updatedAt: null,
};
const generation = (keyId: string, rotation: string, authorityId = 'AB'): CaGeneration => ({
  keyId,
  rotation,
  authorityId,
  family: '',
  subject: '',
  createdAt: null,
  expiresAt: null,
});

describe('events', () => {
  it('keep the latest reset of a configuration, in any order and with duplicates', () => {
    const none = { resets: {}, revoked: [] };
    const first = applyEvents(none, [event({ at: 200 }), event({ at: 100 }), event({ at: 200 })]);
    expect(first).toMatchObject({ resets: { rac1: 200 }, rereads: true });
    expect(applyEvents(first, [event({ at: 150 })]).resets).toEqual({ rac1: 200 });
  });

  it('keep a revoked certificate once, with the Macs that were found for it', () => {
    const revoke = event({ type: 'pki.cert.lifecycle.revoke', words: ['5a0c11e7'] });
    const known = { id: 'e1', at: 100, words: ['5a0c11e7'], computerIds: ['7'] };
    expect(applyEvents({ resets: {}, revoked: [known] }, [revoke])).toEqual({
      resets: {},
      revoked: [known],
      rereads: false,
    });
  });
});

describe('a secret', () => {
  const secret = (since: number, url = URL_A) => new Map([['12', { url, seal: 's', since }]]);

  it.each([
    ['was reset after the profile was read with its challenge', secret(99), 1],
    ['was reset before the profile was read with its challenge', secret(101), 0],
    ['belongs to another configuration', secret(99, 'https://example.okta.com/pki/AB/scep/rac2'), 0],
    ['belongs to no configuration', secret(99, 'no URL'), 0],
  ])('is stale only if it was reset later: %s', (_, secrets, count) => {
    expect(staleSecrets(secrets, { rac1: 100 })).toHaveLength(count);
  });

  it('has a text with configuration, time and profile', () => {
    const text = staleSecretText('okta', staleSecrets(secret(0), { rac1: 1_000 }));
    expect(text).toContain('SCEP configuration rac1 was reset in Okta at 1970-01-01T00:00:01.000Z');
    expect(text).toContain('the configuration profile 12 in Jamf Pro still has the old one (okta)');
  });
});

describe('a configuration', () => {
  it('belongs to a profile by its URL: host without case, path with case', () => {
    const known = { configurations: [configuration] };
    expect(configurationFor('https://EXAMPLE.okta.com/pki/AB/scep/rac1', known)).toBe(configuration);
    expect(configurationFor('https://example.okta.com/pki/ab/scep/rac1', known)).toBeNull();
    expect(configurationFor('', known)).toBeNull();
  });

  it('has a successor when another generation of its authority is active', () => {
    const generations = [
      generation('K2', 'ACTIVE'),
      generation('K1', 'RETIRING'),
      generation('K3', 'ACTIVE', 'CD'),
    ];
    expect(successorOf(configuration, { generations })?.keyId).toBe('K2');
    expect(successorOf({ ...configuration, keyId: 'K2' }, { generations })).toBeNull();
    expect(successorOf({ ...configuration, keyId: '' }, { generations })).toBeNull();
  });

  it('compares key identifiers without notation', () => {
    expect(keyIdOf('90:f3:b7 f2')).toBe('90F3B7F2');
  });
});
