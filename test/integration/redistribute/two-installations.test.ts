import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { startSimulator } from '../../../simulator/index.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { createGroups } from '../../../src/application/redistribution/run/group-membership.js';
import { Secret } from '../../../src/config/values/secret.js';
import { createJamfClient } from '../../../src/jamf/create.js';
import { createGroupStore } from '../../../src/store/groups/groups.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { OPEN } from '../../support/fence.js';
import { startTestRedis } from '../support/redis.js';
import { LONG_PATIENCE_MS, LONG_TEST_MS, untilTrue } from '../../support/eventually.js';
import { startWorkerChild } from '../workers/support.js';
import { OVERLAP, WAITS } from './environment.js';

const { joinGreen } = SEEDED;

it(
  'two installations on one Jamf Pro server each report the changes of the other, and a hand edit, but not their own',
  async () => {
    const server = await startTestRedis();
    onTestFinished(() => server.close());
    const redis = new Redis(server.url);
    onTestFinished(() => redis.disconnect());
    const simulator = await startSimulator({ clock: 'manual', fleet: { computers: 12, due: 0 } });
    onTestFinished(() => simulator.close());
    const [a = 0, b = 0, c = 0] = simulator.world.computers
      .all()
      .filter(({ id, managed }) => managed && simulator.world.profiles.inScope(SEEDED.blue, id))
      .map(({ id }) => id);

    const start = async (prefix: string) => {
      const demo = {
        url: simulator.url,
        auth: { clientId: 'recert', clientSecret: 'recert-secret' },
        webhooks: { authentication: { type: 'none', acceptUnauthenticated: true } },
        sweep: { changed: '500ms', full: '24h', open: '500ms' },
        profiles: { okta: { mode: 'act', overlap: OVERLAP, waits: WAITS } },
      };
      const redisAt = { url: server.url, prefix };
      const child = await startWorkerChild(
        stringify({ redis: redisAt, worker: { port: 0, drain: '10s' }, instances: { demo } }),
      );
      onTestFinished(() => child.close());
      const groups = createGroupStore({ redis, key: keysUnder(prefix) });
      return {
        groups,
        hasRead: async () => (await groups.lastReading('demo', String(joinGreen))) !== null,
        told: async () => (await groups.foreign('demo')).map(({ op, computerId }) => `${op} ${computerId}`),
      };
    };
    const eventually = (holds: () => Promise<boolean>) => untilTrue(holds, LONG_PATIENCE_MS);
    const one = await start('one');
    const other = await start('other');
    await eventually(async () => (await one.hasRead()) && (await other.hasRead()));

    const client = createJamfClient({
      instance: 'demo',
      settings: {
        url: simulator.url,
        auth: { clientId: 'recert', clientSecret: new Secret('recert-secret') },
        tokenPath: '/api/oauth/token',
        maxConnections: 1,
        timeout: 10_000,
        pageSize: 25,
      },
      telemetry: createTelemetry(),
    });
    onTestFinished(() => client.close());
    /** A redistribution of an installation adds a Mac to the group. */
    const write = ({ groups }: typeof one, id: number) =>
      createGroups({ groups, now: Date.now }).change(client, String(joinGreen), 'add', {
        computerId: String(id),
        // With an unlimited age, as OPEN has it, the fence would not be checked.
        fence: { check: OPEN.check, maxAgeMs: 10_000 },
      });
    expect([await write(one, a), await write(other, b)]).toEqual([true, true]);
    // An admin adds a Mac in Jamf Pro.
    simulator.world.groups.changeMembers(joinGreen, { add: [c] });
    await eventually(async () => (await one.told()).length >= 2 && (await other.told()).length >= 2);
    expect((await one.told()).toSorted()).toEqual([`added ${b}`, `added ${c}`].toSorted());
    expect((await other.told()).toSorted()).toEqual([`added ${a}`, `added ${c}`].toSorted());
  },
  LONG_TEST_MS,
);
