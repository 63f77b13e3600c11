import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventPage } from '../../../src/contract/resources/webhook-events.js';
import { EXIT } from '../../../src/cli/exit.js';
import { type Receiver, startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { ask, startApi, type TestApi, TOKENS, WEBHOOK_SECRET } from '../api/support.js';
import { send as sendTo, until, webhook } from '../webhooks/environment.js';
import { recert as run } from '../../support/cli.js';

const reason = 'it was not known yet, INC-4711';

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  api = await startApi({ more: 'http: { port: 0 }' });
  receiver = await startReceiver(api.config, { telemetry: createTelemetry() });
  await until(async () => (await fetch(`${receiver.url}/readyz`)).status === 200);
});
afterAll(async () => {
  await receiver.stop();
  await api.close();
});
beforeEach(() => api.redis.del('{recert}:prod:events'));

async function send(body: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'X-Api-Key': WEBHOOK_SECRET };
  expect((await sendTo(receiver, body, { headers })).status).toBe(202);
}

async function events(query = '') {
  const { body } = await ask(receiver, 'GET', `/api/v1/events?${query}`, { token: TOKENS.viewer });
  return eventPage.parse(body).events;
}

async function newest() {
  const [event] = await events('limit=1');
  if (!event) throw new Error('the log is empty');
  return event;
}

const inventory = (about: object) => webhook('ComputerInventoryCompleted', about);

describe('recert events', () => {
  const recert = (words: readonly string[], token: string = TOKENS.operator, more = {}) =>
    run(['events', ...words, '--url', receiver.url, '--token', token], more);
  const why = ['--reason', reason];

  it('lists and shows events', async () => {
    await send(inventory({ jssID: 1 }));
    await send(webhook('ComputerCheckIn', { computer: { jssID: 2 } }));
    const { id } = await newest();
    const list = await recert(['--event', 'ComputerCheckIn', '--since', '1h'], TOKENS.viewer);
    expect(list.code).toBe(EXIT.done);
    expect(list.out).toMatch(new RegExp(`${id} .*ComputerCheckIn +2 +Check-in recorded`));
    expect(list.out).not.toContain('ComputerInventoryCompleted');
    expect((await recert(['list', '--until', '1h'])).out).toBe('No events found.');
    expect((await recert(['list', '--until', '2020-01-31T18:00'])).out).toBe('No events found.');
    expect((await recert(['list', '--since', '2020-01-31'])).out).toContain(id);
    const json = await recert(['list', '--serial', 'SERIAL2', '--json']);
    expect(z.array(z.object({ id: z.string() })).parse(JSON.parse(json.out))).toEqual([{ id }]);
    const one = await recert(['show', id]);
    expect(one.out).toMatch(/action +Check-in recorded/);
    expect(one.out).toContain('"webhookEvent": "ComputerCheckIn"');
    expect((await recert(['show', '1-1'])).code).toBe(EXIT.notFound);
    expect((await recert(['list', '--since', 'soon'])).code).toBe(EXIT.usage);
  });

  it('replays one event, or all that match after a preview and a question, each with its exit code', async () => {
    for (const jssID of [1, 2, 3]) await send(inventory({ jssID }));
    const { id } = await newest();
    const one = await recert(['replay', id, ...why]);
    expect([one.code, one.out]).toEqual([
      EXIT.done,
      'ComputerInventoryCompleted replayed: assessment queued, 1 Mac.',
    ]);
    const hint = ['replay', '--outcome', 'hint', ...why];
    const dry = await recert([...hint, '--dry-run']);
    expect(dry.code).toBe(EXIT.pending);
    expect(dry.err).toMatch(/^3 events until .*Z can be replayed; they affect 3 Macs\.$/);
    expect((await recert(['replay', '--outcome', 'hold', ...why, '--dry-run'])).code).toBe(EXIT.done);
    expect((await recert(hint)).code).toBe(EXIT.failed);
    expect((await recert([...hint, '--most', '2', '--yes'])).code).toBe(EXIT.refused);
    expect(await events()).toHaveLength(4);

    const asked: string[] = [];
    const confirm = (question: string) => Promise.resolve(asked.push(question) > 0);
    const done = await recert(hint, TOKENS.operator, { confirm });
    expect([done.code, done.out, asked]).toEqual([
      EXIT.done,
      '3 replayed: 3 assessment queued.',
      ['Replay 3?'],
    ]);
    expect(await events()).toHaveLength(7);
    expect((await recert([...hint, '--yes', '--json'])).code).toBe(EXIT.done);
    expect((await recert(hint, TOKENS.viewer)).code).toBe(EXIT.refused);
    expect((await recert(['replay', '1-1', ...why])).code).toBe(EXIT.notFound);
    const replay = (await events(`computer=3`)).find(({ replayOf }) => replayOf !== null);
    expect((await recert(['replay', replay?.id ?? '', ...why])).code).toBe(EXIT.refused);
  });

  it.each([
    [['replay', ...why], 'Select one event by its ID'],
    [['replay', '1-1', '--outcome', 'hint', ...why], 'Select one event by its ID'],
    [['replay', '1-1'], "required option '--reason <why>'"],
    [['replay', '--outcome', 'hint', '--key', 'k', ...why], '--key requires an event ID'],
  ])('refuses %o as a usage error', async (words, sentence) => {
    const { code, err } = await recert(words);
    expect(code).toBe(EXIT.usage);
    expect(err).toContain(sentence);
  });
});
