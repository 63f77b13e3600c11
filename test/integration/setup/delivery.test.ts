import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SIGNATURE_HEADER } from '../../../simulator/world/webhooks/send.js';
import { EXIT } from '../../../src/cli/exit.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createComputerStore } from '../../../src/store/computers/computers.js';
import { createEventLog } from '../../../src/store/admission/event-log.js';
import { createCursorStore } from '../../../src/store/cursors/cursors.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { byHeader, type Installation, KEY, NEW_KEY, startInstallation } from './support.js';
import { untilTrue } from '../../support/eventually.js';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

/** An online Mac. */
function macOf({ simulator }: Installation): number {
  const [mac] = simulator.world.computers.all();
  const id = mac?.id ?? 0;
  simulator.world.actions.setOnline(id, true);
  return id;
}

const outcomes = ({ simulator }: Installation) =>
  simulator.world.deliveries.log().map(({ outcome }) => outcome);

test('after webhooks apply, an event of the fleet causes an assessment', async () => {
  const installation = await startInstallation(server.url);
  const webhooks = { ...byHeader(), gather: '50ms', addedDelay: '50ms' };
  const config = await installation.configure({ webhooks });
  const receiver = await installation.receiver(config);
  const key = keysUnder(config.redis.prefix);
  await installation.worker(config);
  // From here on no sweep runs for half a day, so that only a webhook can report a new Mac.
  const cursors = createCursorStore({ redis, key });
  await untilTrue(async () => (await cursors.readFull('prod'))?.finishedAt);

  const { code } = await installation.recert(['webhooks', 'apply', '--url', receiver.url, '--yes']);
  expect(code).toBe(EXIT.done);
  const id = String(installation.simulator.world.actions.addComputer().id);
  const computers = createComputerStore({ redis, key });
  await untilTrue(() => computers.get('prod', id));
  const shown = await installation.recert(['computers', 'show', id, '--json', '--url', receiver.url]);
  expect(JSON.parse(shown.out)).toMatchObject({ id, assessments: [{ profile: 'okta', inScope: true }] });
  const events = await createEventLog({ redis, key }).page('prod', { limit: 50 });
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'ComputerAdded', computerId: id, outcome: 'hint' }),
  );
  await installation.simulator.world.deliveries.idle();
  expect(new Set(outcomes(installation))).toEqual(new Set(['delivered']));
});

test('a rotation of the secret loses no webhook', async () => {
  const installation = await startInstallation(server.url);
  const both = { webhooks: byHeader([KEY, NEW_KEY]) };
  const receiver = await installation.receiver(await installation.configure(both));
  // Jamf Pro has the first secret, and the receiver has both.
  await installation.configure({ webhooks: byHeader(KEY) });
  await installation.recert(['webhooks', 'apply', '--url', receiver.url, '--yes']);
  await installation.configure(both);

  const { actions, deliveries } = installation.simulator.world;
  const mac = macOf(installation);
  let sent = 0;
  const rotated = new AbortController();
  const happening = (async () => {
    while (!rotated.signal.aborted) {
      actions.checkIn(mac);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const rotation = await installation.recert(['webhooks', 'apply', '--url', receiver.url, '--yes']);
  const during = sent;
  rotated.abort();
  await happening;
  await deliveries.idle();

  expect(rotation.code).toBe(EXIT.done);
  expect(during).toBeGreaterThan(20);
  const { delivered, refused, failed, 'timed-out': late } = deliveries.counts();
  expect({ refused, failed, late }).toEqual({ refused: 0, failed: 0, late: 0 });
  expect(delivered).toBeGreaterThanOrEqual(sent);
});

test('signed webhooks arrive after apply, and with the new key after a rotation', async () => {
  const installation = await startInstallation(server.url);
  const signed = (secret: string | string[]) => ({
    webhooks: {
      authentication: { type: 'signature', algorithm: 'sha512', header: SIGNATURE_HEADER, secret },
      events: ['ComputerCheckIn'],
    },
  });
  const { actions, deliveries, webhooks } = installation.simulator.world;
  const mac = macOf(installation);
  const checkIn = async () => {
    actions.checkIn(mac);
    await deliveries.idle();
  };
  const receiver = await installation.receiver(await installation.configure(signed([KEY, NEW_KEY])));
  const apply = ['webhooks', 'apply', '--url', receiver.url, '--yes'];

  await installation.configure(signed(KEY));
  expect((await installation.recert(apply)).code).toBe(EXIT.done);
  await checkIn();
  expect((await installation.recert(apply)).err).toContain('Nothing to do.');
  await installation.configure(signed([KEY, NEW_KEY]));
  const rotation = await installation.recert(apply);
  expect(rotation.code).toBe(EXIT.done);
  expect(rotation.out).toContain('secret: not shown by Jamf Pro → [hidden]');
  expect(webhooks.all()).toMatchObject([
    { authenticationType: 'HASH_SIGNATURE', hashAlgorithm: 'SHA512', password: NEW_KEY },
  ]);
  await checkIn();
  expect(outcomes(installation)).toEqual(['delivered', 'delivered']);

  const [{ id } = { id: 0 }] = webhooks.all();
  webhooks.update(id, { password: 'of somebody else altogether' });
  await checkIn();
  expect(outcomes(installation)).toEqual(['delivered', 'delivered', 'refused']);
});

test('recert webhooks test says what arrived', async () => {
  const installation = await startInstallation(server.url);
  const receiver = await installation.receiver(await installation.configure());
  await installation.recert(['webhooks', 'apply', '--url', receiver.url, '--yes']);
  const mac = macOf(installation);
  installation.simulator.world.actions.checkIn(mac);
  await installation.simulator.world.deliveries.idle();

  let waits = 0;
  const wait = async () => {
    waits += 1;
    if (waits === 1) installation.simulator.world.actions.checkIn(mac);
    if (waits === 2) installation.simulator.world.actions.reportInventory(mac);
    await installation.simulator.world.deliveries.idle();
  };
  const words = ['webhooks', 'test', '--url', receiver.url, '--event', 'ComputerInventoryCompleted'];
  const said = await installation.recert(words, { wait });
  expect(said.code).toBe(EXIT.done);
  expect(waits).toBe(2);
  expect(said.err).toContain('Waiting up to 5m');
  expect(said.out).toMatch(new RegExp(`ComputerInventoryCompleted +${mac} +Assessment queued`));
  expect(said.out).not.toContain('ComputerCheckIn');
});

test('recert webhooks test says why nothing arrived', async () => {
  const installation = await startInstallation(server.url);
  const receiver = await installation.receiver(await installation.configure({ webhooks: byHeader(KEY) }));
  await installation.configure({ webhooks: byHeader(NEW_KEY) });
  await installation.recert(['webhooks', 'apply', '--url', receiver.url, '--yes']);
  const mac = macOf(installation);
  let at = Date.now();
  const context = {
    now: () => at,
    wait: async (durationMs: number) => {
      at += durationMs;
      installation.simulator.world.actions.checkIn(mac);
      await installation.simulator.world.deliveries.idle();
    },
  };
  const words = ['webhooks', 'test', '--url', receiver.url, '--within', '4s'];
  const said = await installation.recert(words, context);
  expect(said.code).toBe(EXIT.failed);
  expect(said.out).toBe('');
  expect(said.err).toContain('2 refused with HTTP 401');
  expect(said.err).toContain('recert webhooks apply --dry-run');
  const json = await installation.recert([...words, '--json'], context);
  expect(JSON.parse(json.out)).toEqual({ arrived: [], refused: { 401: 2 } });
});
