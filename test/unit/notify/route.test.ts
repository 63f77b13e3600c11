import { describe, expect, it } from 'vitest';
import { notificationsSchema } from '../../../src/config/sections/notifications.js';
import { channelsFor, sendableAt } from '../../../src/application/incidents/route-incident.js';

const URL_OF = { type: 'slack', url: 'https://hooks.example.com/x' };
const { channels } = notificationsSchema.parse({
  channels: {
    all: { ...URL_OF, least: 'info' },
    team: { ...URL_OF, quiet: { from: '22:00', to: '07:00', zone: 'Europe/Berlin' } },
    pager: { type: 'pagerduty', routingKey: 'k' },
  },
});

describe('a severity', () => {
  it.each([
    ['info', ['all']],
    ['warning', ['all', 'team']],
    ['error', ['all', 'team', 'pager']],
    ['critical', ['all', 'team', 'pager']],
  ] as const)('%s goes to %j', (severity, names) => {
    expect(channelsFor({ severity }, channels)).toEqual(names);
  });
});

describe('quiet hours', () => {
  const team = channels.team;
  const at = (text: string) => Date.parse(text);
  const tellable = (severity: 'error' | 'critical', now: number) =>
    new Date(sendableAt({ quiet: team?.quiet }, { severity }, now)).toISOString();

  it.each([
    ['by day', '2026-11-23T20:59:59Z', '2026-11-23T20:59:59.000Z'],
    ['from the evening to the morning', '2026-11-23T21:00:00Z', '2026-11-24T06:00:00.000Z'],
    ['past midnight', '2026-11-24T05:59:00Z', '2026-11-24T06:00:00.000Z'],
    ['from the morning on', '2026-11-24T06:00:00Z', '2026-11-24T06:00:00.000Z'],
    ['over the change to summer time', '2026-03-28T22:30:00Z', '2026-03-29T05:00:00.000Z'],
  ])('%s', (_, now, until) => {
    expect(tellable('error', at(now))).toBe(until);
  });

  it('do not delay critical incidents, and delay nothing when none are configured', () => {
    expect(tellable('critical', at('2026-11-24T01:00:00Z'))).toBe('2026-11-24T01:00:00.000Z');
    expect(sendableAt({ quiet: undefined }, { severity: 'info' }, 5)).toBe(5);
  });

  it('with invalid hours or without a time zone are refused', () => {
    const quiet = (change: object) =>
      notificationsSchema.safeParse({
        channels: {
          a: { ...URL_OF, quiet: { from: '22:00', to: '07:00', zone: 'Europe/Berlin', ...change } },
        },
      }).success;
    expect(quiet({})).toBe(true);
    expect(quiet({ to: '22:00' })).toBe(false);
    expect(quiet({ from: '24:00' })).toBe(false);
    expect(quiet({ zone: 'Europe/Nowhere' })).toBe(false);
  });
});

it('an address with plain HTTP is refused, except for this machine', () => {
  const good = (url: string) =>
    notificationsSchema.safeParse({ channels: { a: { type: 'slack', url } } }).success;
  expect(good('http://hooks.example.com/x')).toBe(false);
  expect(good('nonsense')).toBe(false);
  expect(good('http://127.0.0.1:1/x')).toBe(true);
});
