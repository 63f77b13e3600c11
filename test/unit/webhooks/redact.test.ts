import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatOf, parseBody } from '../../../src/webhooks/recognise/parse.js';
import { KEPT_BODY_LIMIT } from '../../../src/application/webhooks/replayable.js';
import { redactBody } from '../../../src/webhooks/recognise/redact.js';

const fixture = (file: string) =>
  readFileSync(new URL(`../../fixtures/webhooks/${file}`, import.meta.url), 'utf8');
const keep = (text: string, contentType = 'application/json') =>
  redactBody(text, parseBody(text, formatOf({ 'content-type': contentType })));

describe('what is kept of a body', () => {
  it('is what was sent, when nothing in it is secret', () => {
    const text = fixture('ComputerCheckIn.today.json');
    expect(keep(text)).toBe(text);
    const xml = fixture('ComputerCheckIn.today.xml');
    expect(keep(xml, 'text/xml')).toBe(xml);
  });

  it.each([
    ['SCEPChallenge.today.json', 'application/json'],
    ['SCEPChallenge.today.xml', 'text/xml'],
  ])('is not the password in %s', (file, contentType) => {
    const kept = keep(fixture(file), contentType);
    expect(kept).not.toContain('hunter2');
    expect(kept).toContain('SCEPChallenge');
    expect(kept).toContain('FVFC1TEST001');
  });

  it('is no field of an unknown event that may be a secret, however its name is written', () => {
    for (const name of [
      'password',
      'Passwd',
      'clientSecret',
      'access_token',
      'apiKey',
      'challenge',
      'p\\u0061ssword',
    ]) {
      const kept = keep(
        `{"webhook":{"webhookEvent":"New"},"event":{"deep":[{"${name}":"s3cr3t","jssID":6}]}}`,
      );
      expect(kept).not.toContain('s3cr3t');
      expect(kept).toContain('"jssID":6');
    }
  });

  it('is no secret within a text, no password in an address, and nothing of whom a SCEPChallenge is about', () => {
    const event = {
      targetUser: { name: 's3cr3t' },
      nested: '{"password":"s3cr3t"}',
      query: 'a=1&token=s3cr3t',
      header: 'Authorization: Basic s3cr3t',
      scepServerUrl: 'https://jamf:s3cr3t@ca.example.com/scep',
      deviceName: 'kept',
    };
    const kept = keep(JSON.stringify({ webhook: { webhookEvent: 'SCEPChallenge' }, event }));
    expect(kept).not.toContain('s3cr3t');
    expect(kept).toContain('https://[hidden]@ca.example.com/scep');
    expect(kept).toContain('kept');
  });

  it('keeps a Mac that is named after a secret', () => {
    const kept = keep('{"webhook":{"webhookEvent":"New"},"event":{"deviceName":"Secret Santa"}}');
    expect(kept).toContain('Secret Santa');
  });

  it('is nothing, when the body is too large', () => {
    expect(keep(`{"a":"${'x'.repeat(KEPT_BODY_LIMIT)}"}`)).toBe('');
  });
});
