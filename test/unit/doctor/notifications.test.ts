import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { judgeNotifications } from '../../../src/doctor/notifications.js';

const KEY = 'canary0123456789abcdefghij012345';

const findings = (more: string) =>
  judgeNotifications(
    parseConfig(
      `
redis: { url: 'redis://127.0.0.1:1' }
instances:
  prod:
    url: https://jamf.example.com
    auth: { clientId: recert, clientSecret: hush }
    webhooks: { authentication: { type: none, acceptUnauthenticated: true } }
    profiles: {}
${more}`,
      { source: 'test.yaml', environment: {} },
    ),
  );
const pager = (key: string) =>
  `notifications: { channels: { pager: { type: pagerduty, routingKey: ${key} } } }`;
const wrong = (more: string) => findings(more).flatMap(({ level, said }) => (level === 'ok' ? [] : [said]));

it('reports that no notification channel is configured', () => {
  expect(wrong('')).toEqual(['no notification channel configured: no one is alerted about incidents']);
});

it('asks for the address of the console, which links need', () => {
  expect(wrong(pager(KEY))).toEqual(['messages contain no link']);
  expect(wrong(`${pager(KEY)}\nhttp: { publicUrl: 'https://recert.example.com' }`)).toEqual([]);
});

it('reports an invalid key without printing it', () => {
  const all = findings(`${pager(`${KEY}x`)}\nhttp: { publicUrl: 'https://recert.example.com' }`);
  expect(all.map(({ level }) => level)).toEqual(['ok', 'warn']);
  expect(inspect(all)).not.toContain('canary');
});
