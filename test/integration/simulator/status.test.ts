import { X509Certificate } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { SPELLINGS } from '../../../simulator/http/pro/status/spelling.js';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

const CERTIFICATES = 'security.certificate.list';

interface Item {
  key: string;
  value: string | null;
  lastUpdateTime: string;
}

let simulator: TestSimulator;
afterEach(() => simulator.close());

const setFaults = (json: object) => simulator.control('PUT', '/faults', { json });

/** Starts a simulator in which no Mac reports inventory after an install, and returns a Mac with a profile that was just installed. */
async function start() {
  simulator = await startTestSimulator({
    fleet: { computers: 12, due: 2, laptops: 0, officeHours: 0, away: 0, unmanaged: 0 },
    http: {
      clients: [
        { id: 'recert', secret: 'recert-secret' },
        { id: 'reader', secret: 'reader-secret', privileges: ['Read Computers'] },
      ],
    },
    rhythm: { notNow: 0, inventoryAfterInstall: { share: 0 }, statusWithin: '2m' },
  });
  const { world } = simulator;
  const profile = world.profiles.all().find(({ scep }) => scep);
  const computer = world.computers.all().find(({ id }) => world.profiles.inScope(profile?.id ?? 0, id));
  if (!profile || !computer) throw new Error('no Mac in scope');
  const path = `/api/v1/ddm/${computer.managementId}/status-items`;
  const read = async () => {
    const answer = await simulator.call('GET', `${path}/${CERTIFICATES}`);
    expect(answer.status).toBe(200);
    return answer.json() as Item;
  };
  const serialsIn = ({ value }: Item) =>
    [...(value ?? '').matchAll(/data=(\w[^,}]+)/g)].map(([, data = '']) =>
      BigInt(`0x${new X509Certificate(Buffer.from(data, 'base64')).serialNumber}`).toString(),
    );
  const newest = () => world.mac(computer.id)?.keychain.at(-1)?.serialNumber;
  return { world, profile, computer, path, read, serialsIn, newest };
}

it('shows the new certificate within minutes of the install, before inventory', async () => {
  const { world, profile, computer, read, serialsIn, newest } = await start();
  const before = newest();
  world.profiles.redeployAll(profile.id);
  await world.clock.advance(180_000);
  expect(newest()).not.toBe(before);
  expect(serialsIn(await read())).toContain(newest());
  expect(serialsIn(await read())).not.toContain(before);
  expect((await read()).lastUpdateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?$/);
  expect(world.inventoryOf(computer.id)?.certificates.map(({ serialNumber }) => serialNumber)).not.toContain(
    newest(),
  );
});

it('reports the change of a Mac that was offline when it is online again', async () => {
  const { world, profile, computer, read, serialsIn, newest } = await start();
  world.profiles.redeployAll(profile.id);
  const before = newest();
  for (let second = 0; newest() === before && second < 60; second += 1) await world.clock.advance(1_000);
  world.actions.setOnline(computer.id, false);
  await world.clock.advance(600_000);
  expect(serialsIn(await read())).not.toContain(newest());
  world.actions.setOnline(computer.id, true);
  expect(serialsIn(await read())).toContain(newest());
});

it('shows the report before the last one, or only its changes, with the switches', async () => {
  const { world, profile, read, serialsIn, newest } = await start();
  world.profiles.redeployAll(profile.id);
  await world.clock.advance(180_000);
  await setFaults({ status: { stale: true } });
  expect(serialsIn(await read())).not.toContain(newest());
  await setFaults({ status: { incremental: true } });
  const { value } = await read();
  expect(value).toMatch(/\{identifier=[0-9a-f-]{36}, _removed=true\}/);
});

it('answers 404 and 500 as the switches say, and 403 without the second privilege', async () => {
  const { computer, path, world } = await start();
  const status = async (call = simulator.call) => (await call('GET', `${path}/${CERTIFICATES}`)).status;
  expect(await status()).toBe(200);
  await setFaults({ status: { missing: true } });
  expect(await status()).toBe(404);
  await setFaults({ status: { unreported: [computer.id] } });
  expect(await status()).toBe(404);
  await setFaults({ status: { failing: [computer.id] } });
  expect(await status()).toBe(500);
  await setFaults({});
  const reader = await simulator.signIn('reader', 'reader-secret');
  expect(await status(reader)).toBe(403);
  world.actions.setManaged(computer.id, false);
  expect(await status()).toBe(404);
});

it('serves the list in every spelling', async () => {
  const { path } = await start();
  const texts = new Set<string>();
  for (const spelling of SPELLINGS) {
    await setFaults({ status: { spelling } });
    const { status, text } = await simulator.call('GET', `${path}/${CERTIFICATES}`);
    expect(status, spelling).toBe(200);
    expect(text).toContain(CERTIFICATES);
    texts.add(text);
    expect(/[\r\n]/.test(text), spelling).toBe(spelling === 'raw-controls');
  }
  expect(texts.size).toBe(SPELLINGS.length);
});
