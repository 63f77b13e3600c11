import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatOf, parseBody } from '../../../src/webhooks/recognise/parse.js';
import { KEPT_BODY_LIMIT } from '../../../src/application/webhooks/replayable.js';
import { redactBody } from '../../../src/webhooks/recognise/redact.js';

const fixture = (file: string) =>
  readFileSync(new URL(`../../fixtures/webhooks/${file}`, import.meta.url), 'utf8');
const keep = (text: string, contentType = 'application/json') =>
  redactBody(text, parseBody(text, formatOf({ 'content-type': contentType })));

describe('the stored part of a body', () => {
  it('is the body as sent when it contains no secret', () => {
    const text = fixture('ComputerCheckIn.today.json');
    expect(keep(text)).toBe(text);
    const xml = fixture('ComputerCheckIn.today.xml');
    expect(keep(xml, 'text/xml')).toBe(xml);
  });

  it.each([
    ['SCEPChallenge.today.json', 'application/json'],
    ['SCEPChallenge.today.xml', 'text/xml'],
  ])('does not contain the password in %s', (file, contentType) => {
    const kept = keep(fixture(file), contentType);
    expect(kept).not.toContain('hunter2');
    expect(kept).toContain('SCEPChallenge');
    expect(kept).toContain('FVFC1TEST001');
  });

  it('does not contain a field of an unknown event that may be a secret, in any spelling of its name', () => {
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

  it('does not contain a secret inside a text, a password in a URL, or the subject of a SCEPChallenge', () => {
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

  it('contains the name of a Mac that resembles a secret field', () => {
    const kept = keep('{"webhook":{"webhookEvent":"New"},"event":{"deviceName":"Secret Santa"}}');
    expect(kept).toContain('Secret Santa');
  });

  it('is empty when the body is too large', () => {
    expect(keep(`{"a":"${'x'.repeat(KEPT_BODY_LIMIT)}"}`)).toBe('');
  });
});
