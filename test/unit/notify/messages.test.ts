import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notificationsSchema, type ChannelConfig } from '../../../src/config/sections/notifications.js';
import { send } from '../../../src/notify/channel.js';
import type { Notice } from '../../../src/domain/incidents/notice.js';
import { createHeartbeat } from '../../../src/notify/heartbeat.js';
import { NotSentError } from '../../../src/domain/incidents/not-sent-error.js';
import { post } from '../../../src/notify/post.js';
import { Secret } from '../../../src/config/values/secret.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import {
  type PagerdutyBody,
  type SlackBody,
  type SimulatedReceiver,
  startPagerduty,
  startReceiver,
  startSlack,
  type WebhookBody,
} from '../../support/notify/simulated-receivers.js';

const CANARY = 'canary5f1c';
const KEY = `${CANARY}${'0'.repeat(32 - CANARY.length)}`;
const NASTY =
  '<!channel> @here & <https://evil.example.com|press> https://evil.example.com *b* :warning: \u{1F4A5}';

let slack: SimulatedReceiver<SlackBody>;
let pager: SimulatedReceiver<PagerdutyBody>;
let hook: SimulatedReceiver<WebhookBody>;
let channels: readonly ChannelConfig[];
beforeAll(async () => {
  [slack, pager, hook] = await Promise.all([startSlack(CANARY), startPagerduty(), startReceiver(CANARY)]);
  channels = Object.values(
    notificationsSchema.parse({
      channels: {
        slack: { type: 'slack', url: slack.url },
        pager: { type: 'pagerduty', routingKey: KEY, api: pager.url },
        hook: { type: 'webhook', url: hook.url, signingSecret: CANARY },
      },
    }).channels,
  );
});
afterAll(() => Promise.all([slack.close(), pager.close(), hook.close()]));

const notice = (change: Partial<Notice['incident']> = {}, more: Partial<Notice> = {}): Notice => ({
  incident: {
    key: 'needs-human/prod/okta/7',
    kind: 'needs-human',
    severity: 'error',
    instance: 'prod',
    title: 'mac-7: renewal failed, needs attention (okta)',
    text: 'Recert has no attempt left',
    path: '/macs/prod/7',
    ...change,
  },
  phase: 'opened',
  id: 'abc-1-opened',
  dedupKey: 'recert/needs-human/prod/okta/7',
  openedAt: Date.UTC(2026, 10, 23, 12),
  recoveredAt: null,
  link: 'https://recert.example.com/macs/prod/7',
  ...more,
});
const sender = { source: 'recert.example.com', now: Date.now };
const sendAll = (one: Notice) => Promise.all(channels.map((channel) => send(channel, one, sender)));

test.each<[string, Notice]>([
  ['a short notice', notice()],
  [
    'texts of any length',
    notice({ title: 'x'.repeat(9_000), text: '<&>'.repeat(9_000), key: 'k'.repeat(900) }),
  ],
  [
    'surrogate pairs at every limit',
    notice({ title: '\u{1F4A5}'.repeat(2_000), text: '\u{1F4A5}'.repeat(4_000) }),
  ],
  ['names that contain Slack commands', notice({ title: NASTY, text: NASTY })],
  ['a key of any length', notice({}, { dedupKey: 'k'.repeat(900) })],
  ['no link, no instance', notice({ instance: null }, { link: null })],
  ['a link of any length', notice({}, { link: `https://recert.example.com/${'x'.repeat(5_000)}` })],
  ['a resolved incident', notice({}, { phase: 'recovered', recoveredAt: Date.UTC(2026, 10, 23, 13) })],
])('receivers accept %s', async (_, one) => {
  const before = [slack, pager, hook].map(({ accepted }) => accepted.length);
  await sendAll(one);
  expect([slack, pager, hook].map(({ accepted }) => accepted.length)).toEqual(
    before.map((count) => count + 1),
  );
});

test('the Slack message has a button to the Mac, and a Mac name mentions no one', async () => {
  await sendAll(notice({ title: NASTY, text: NASTY }));
  const { blocks, text } = slack.accepted.at(-1) ?? { blocks: [], text: '' };
  expect(JSON.stringify(blocks)).toContain('"url":"https://recert.example.com/macs/prod/7"');
  expect(text).toContain('&lt;!channel&gt; @here &amp;');
  expect(
    blocks.filter((one) => one.type === 'header' || one.type === 'section').map((one) => one.text),
  ).toEqual([
    { type: 'plain_text', text: `\u{1F534} ${NASTY}`, emoji: false },
    { type: 'plain_text', text: NASTY, emoji: false },
  ]);
});

test('PagerDuty opens and resolves one alert', async () => {
  await sendAll(notice());
  const opened = pager.accepted.at(-1);
  await sendAll(notice({}, { phase: 'recovered', recoveredAt: Date.UTC(2026, 10, 23, 13) }));
  expect([opened, pager.accepted.at(-1)].map((one) => [one?.event_action, one?.dedup_key])).toEqual([
    ['trigger', 'recert/needs-human/prod/okta/7'],
    ['resolve', 'recert/needs-human/prod/okta/7'],
  ]);
});

test.each([
  ['an error', { status: 500, body: CANARY }, /^answered 500$/],
  [
    'an error word of Slack',
    { status: 410, body: 'channel_is_archived' },
    /^answered 410 \(channel_is_archived\)$/,
  ],
  ['a redirect', { status: 302, headers: { Location: 'https://evil.example.com/' } }, /a redirect$/],
])('%s is reported without a secret', async (_, answer, said) => {
  for (const one of [slack, pager, hook]) one.answer(answer);
  try {
    const results = await Promise.allSettled(channels.map((channel) => send(channel, notice(), sender)));
    for (const result of results) {
      const error: unknown = result.status === 'rejected' ? result.reason : null;
      expect(error).toBeInstanceOf(NotSentError);
      expect(error instanceof Error ? error.message : '').toMatch(said);
      expect(error instanceof Error ? `${error.stack} ${String(error.cause)}` : '').not.toContain(CANARY);
    }
  } finally {
    for (const one of [slack, pager, hook]) one.answer(null);
  }
});

test('a response that is not from Slack or PagerDuty counts as not sent', async () => {
  for (const one of [slack, pager]) one.answer({ status: 200, body: '<html>please sign in</html>' });
  try {
    for (const channel of channels.slice(0, 2))
      await expect(send(channel, notice(), sender)).rejects.toThrow(/but not with the response of/);
  } finally {
    for (const one of [slack, pager]) one.answer(null);
  }
});

test('Retry-After is respected, up to one hour', async () => {
  const [channel] = channels;
  if (!channel) throw new Error('no channel');
  for (const [asked, waitMs] of [
    ['30', 30_000],
    ['999999', 3_600_000],
    ['soon', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    [new Date(Date.now() + 7_200_000).toUTCString(), 3_600_000],
  ] as const) {
    slack.answer({ status: 429, headers: { 'Retry-After': asked } });
    await expect(send(channel, notice(), sender)).rejects.toMatchObject({ status: 429, waitMs });
  }
  slack.answer(null);
});

test('an endless response is not read to the end', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(500);
    const more = setInterval(() => response.write('x'.repeat(1_000)), 1);
    response.on('close', () => clearInterval(more));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await expect(post({ url: `http://127.0.0.1:${port}/`, headers: {}, body: '{}' })).rejects.toThrow(
      /^answered 500$/,
    );
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test.each([
  ['an unknown host name', (path: string) => `https://recert.invalid/${path}`, /ENOTFOUND|EAI_AGAIN/],
  ['a closed port', (path: string) => `http://127.0.0.1:1/${path}`, /ECONNREFUSED|bad port|TypeError/],
  ['a receiver without TLS', (path: string) => slack.url.replace('http:', 'https:') + path, /SSL|TLS|EPROTO/],
])('%s is reported without a secret', async (_, url, said) => {
  const error = await post({ url: url(CANARY), headers: {}, body: '{}' }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NotSentError);
  expect(inspect(error)).toMatch(said);
  expect(inspect(error)).not.toContain(CANARY);
});

test('the heartbeat sends one request at a time and reports the first of consecutive failures', async () => {
  let asked = 0;
  const answers: (() => void)[] = [];
  const server = createServer((request, response) => {
    asked += 1;
    expect(request.method).toBe('GET');
    answers.push(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const told: string[] = [];
  const telemetry = createTelemetry((kind, fields) => void told.push(`${kind} ${JSON.stringify(fields)}`));
  const beat = createHeartbeat({ url: new Secret(`http://127.0.0.1:${port}/${CANARY}`), telemetry });
  try {
    beat();
    beat();
    await expect.poll(() => asked).toBe(1);
    for (const count of [2, 3]) {
      answers.at(-1)?.();
      await expect
        .poll(() => {
          beat();
          return asked;
        })
        .toBe(count);
    }
    expect(told).toEqual(['heartbeat.failed {"error":"answered 500"}']);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
