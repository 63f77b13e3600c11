import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseStringPromise } from 'xml2js';
import type { World } from '../../../../simulator/world/world.js';
import { computerOf, EXPIRING, JOIN_GREEN, makeWorld, MINUTE, OKTA_MACS, START } from './support.js';

interface Received {
  headers: IncomingMessage['headers'];
  body: string;
}
interface JsonBody {
  webhook: { id: number; name: string; webhookEvent: string; eventTimestamp: number };
  event: Record<string, unknown>;
}

/** A receiver on a free port. Its response may be anything, or missing. */
async function receive(answer: (response: ServerResponse) => void = (response) => void response.end()) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  const json = () => received.map(({ body }) => JSON.parse(body) as JsonBody);
  return { url: `http://127.0.0.1:${port}/hook`, received, json };
}

function subscribe(world: World, event: string, url: string, more = {}) {
  const contentType = 'application/json' as const;
  return world.webhooks.create({
    name: `${event} ${url} ${Math.random()}`,
    event,
    url,
    contentType,
    // Real time: a delivery must not be lost on a slow machine.
    connectionTimeoutS: 120,
    readTimeoutS: 120,
    ...more,
  });
}

describe('a webhook', () => {
  it('reports a check-in in the current format of Jamf Pro', async () => {
    const receiver = await receive();
    const world = makeWorld();
    const webhook = subscribe(world, 'ComputerCheckIn', receiver.url);
    world.actions.checkIn(3, 'login');
    await world.deliveries.idle();
    const computer = computerOf(world, 3);
    expect(receiver.json()).toEqual([
      {
        webhook: {
          id: webhook.id,
          name: webhook.name,
          webhookEvent: 'ComputerCheckIn',
          eventTimestamp: START,
        },
        event: {
          trigger: 'LOGIN',
          username: computer.owner.username,
          computer: expect.objectContaining({
            jssID: 3,
            udid: computer.udid,
            serialNumber: computer.serialNumber,
            managementId: computer.managementId,
            deviceName: computer.name,
            userDirectoryID: '-1',
            reportedIpAddress: computer.reportedIpV4Address,
            reportedIpV4Address: computer.reportedIpV4Address,
          }) as unknown,
        },
      },
    ]);
    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Java\//) as string,
    });
  });

  it('is XML by default, escaped, with the same fields', async () => {
    const receiver = await receive();
    const world = makeWorld();
    world.webhooks.create({ name: 'xml & more', event: 'ComputerInventoryCompleted', url: receiver.url });
    world.actions.rename(1, 'R&D <lab> “☕”');
    world.actions.reportInventory(1);
    await world.deliveries.idle();
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    expect(headers).toMatchObject({ 'content-type': 'text/xml' });
    const parsed = (await parseStringPromise(body, { explicitArray: false })) as {
      JSSEvent: { webhook: object; event: object };
    };
    expect(parsed.JSSEvent.webhook).toEqual({
      id: '1',
      name: 'xml & more',
      webhookEvent: 'ComputerInventoryCompleted',
      eventTimestamp: String(START),
    });
    expect(parsed.JSSEvent.event).toMatchObject({
      jssID: '1',
      deviceName: 'R&D <lab> “☕”',
      reportedIpV6Address: '',
    });
  });

  it('is sent for every event of the fleet', async () => {
    const receiver = await receive();
    const world = makeWorld();
    const events = [
      'ComputerAdded',
      'ComputerCheckIn',
      'ComputerInventoryCompleted',
      'ComputerPolicyFinished',
      'ComputerPushCapabilityChanged',
      'PushSent',
      'SmartGroupComputerMembershipChange',
      'JSSStartup',
      'JSSShutdown',
      'RestAPIOperation',
    ];
    for (const event of events) subscribe(world, event, receiver.url);
    world.start();
    world.actions.addComputer();
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    world.restApiOperation({
      authorizedUsername: 'recert',
      objectID: 12,
      objectName: '',
      objectTypeName: 'computer',
      operationSuccessful: true,
      restAPIOperationType: 'PUT',
    });
    await world.clock.advance(24 * 60 * MINUTE + 20 * MINUTE);
    world.actions.restart();
    await world.deliveries.idle();
    expect(Object.keys(world.deliveries.deliveredByEvent()).sort()).toEqual([...events].sort());
    expect(
      receiver.json().find(({ webhook }) => webhook.webhookEvent === 'SmartGroupComputerMembershipChange')
        ?.event,
    ).toMatchObject({
      computer: true,
      smartGroup: true,
      jssid: expect.any(Number) as number,
      groupAddedDevicesIds: [11],
    });
  });

  it('of a smart group event is for its own group only, or for all groups', async () => {
    const receiver = await receive();
    const world = makeWorld();
    subscribe(world, 'SmartGroupComputerMembershipChange', receiver.url, { smartGroupId: EXPIRING });
    world.actions.assign(1, { department: 'Lab & Kiosk' });
    await world.deliveries.idle();
    expect(receiver.received).toHaveLength(0);
    subscribe(world, 'SmartGroupComputerMembershipChange', receiver.url);
    world.actions.assign(1, { department: 'Sales' });
    await world.deliveries.idle();
    expect(receiver.json().map(({ event }) => event.jssid)).toEqual([OKTA_MACS]);
  });

  it('has an HMAC of its body in a header, whose real name in Jamf Pro is not documented', async () => {
    const receiver = await receive();
    const world = makeWorld();
    const key = 'a-key-of-16-letters';
    const signed = { authenticationType: 'HASH_SIGNATURE', password: key, hashAlgorithm: 'SHA512' };
    subscribe(world, 'ComputerCheckIn', receiver.url, signed);
    subscribe(world, 'ComputerCheckIn', receiver.url, { authenticationType: 'MTLS', password: key });
    world.actions.checkIn(1);
    await world.deliveries.idle();
    const sent = receiver.received.map(({ headers, body }) => [
      headers['x-simulated-signature'],
      createHmac('sha512', key).update(body).digest('hex'),
    ]);
    expect(sent).toHaveLength(2);
    expect(sent.filter(([signature, hmac]) => signature === hmac)).toHaveLength(1);
    expect(sent.filter(([signature]) => signature === undefined)).toHaveLength(1);
  });

  it('has basic or header authentication', async () => {
    const receiver = await receive();
    const world = makeWorld();
    const basic = { authenticationType: 'BASIC', username: 'jamf', password: 'p:ä' };
    const header = { authenticationType: 'HEADER', header: '{"X-Api-Key":"one","Second":"two","Host":"no"}' };
    subscribe(world, 'ComputerCheckIn', receiver.url, basic);
    subscribe(world, 'ComputerCheckIn', receiver.url, header);
    subscribe(world, 'ComputerCheckIn', receiver.url, { enabled: false });
    world.actions.checkIn(1);
    await world.deliveries.idle();
    expect(receiver.received).toHaveLength(2);
    const sent = receiver.received.map(({ headers }) => headers);
    const pair = `Basic ${Buffer.from('jamf:p:ä').toString('base64')}`;
    expect(sent.map(({ authorization }) => authorization)).toContain(pair);
    const own = sent.find((headers) => 'x-api-key' in headers);
    expect(own).toMatchObject({ 'x-api-key': 'one', second: 'two' });
    expect(own?.host).toMatch(/^127\.0\.0\.1/);
  });
});

describe('the delivery of webhooks', () => {
  it('is tried once: nothing is sent again when it is refused, unanswered or unreachable', async () => {
    const refusing = await receive((response) => void response.writeHead(503).end());
    const silent = await receive(() => undefined);
    const world = makeWorld();
    subscribe(world, 'ComputerCheckIn', refusing.url);
    subscribe(world, 'ComputerCheckIn', silent.url, { readTimeoutS: 0.1 });
    subscribe(world, 'ComputerCheckIn', 'http://127.0.0.1:1/');
    world.actions.checkIn(1);
    await world.deliveries.idle();
    expect(world.deliveries.counts()).toMatchObject({
      refused: 1,
      'timed-out': 1,
      failed: 1,
      delivered: 0,
      waiting: 0,
    });
    expect(refusing.received).toHaveLength(1);
    expect(silent.received).toHaveLength(1);
    expect(world.deliveries.log().find(({ outcome }) => outcome === 'refused')).toMatchObject({
      status: 503,
      computerId: 1,
    });
  });

  it('loses and duplicates webhooks with the configured share, and counts both', async () => {
    const receiver = await receive();
    const world = makeWorld();
    subscribe(world, 'ComputerCheckIn', receiver.url);
    const many = () => {
      for (let round = 0; round < 20; round += 1)
        for (let id = 1; id <= 10; id += 1) world.actions.checkIn(id);
    };
    world.faults.webhooks.lose = 0.5;
    many();
    await world.deliveries.idle();
    const { lost, delivered } = world.deliveries.counts();
    expect(lost + delivered).toBe(200);
    expect(lost).toBeGreaterThan(70);
    expect(lost).toBeLessThan(130);
    expect(receiver.received).toHaveLength(delivered);

    world.faults.webhooks = { lose: 0, double: 0.5, reorder: 0 };
    many();
    await world.deliveries.idle();
    const { doubled } = world.deliveries.counts();
    expect(doubled).toBeGreaterThan(70);
    expect(receiver.received).toHaveLength(delivered + 200 + doubled);
  });

  it('lets later webhooks overtake if configured, and loses none', async () => {
    const receiver = await receive();
    const world = makeWorld({ webhooks: { concurrency: 1 } });
    subscribe(world, 'ComputerCheckIn', receiver.url);
    world.faults.webhooks.reorder = 0.3;
    for (let id = 1; id <= 10; id += 1) world.actions.checkIn(id);
    await world.deliveries.idle();
    const order = receiver.json().map(({ event }) => (event.computer as { jssID: number }).jssID);
    expect(order).not.toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(order.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('has limits for concurrent and for waiting webhooks', async () => {
    let open = 0;
    let most = 0;
    const receiver = await receive((response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end();
      }, 5);
    });
    const world = makeWorld({ webhooks: { concurrency: 3, queue: 20 } });
    subscribe(world, 'ComputerCheckIn', receiver.url);
    for (let round = 0; round < 5; round += 1) for (let id = 1; id <= 10; id += 1) world.actions.checkIn(id);
    await world.deliveries.idle();
    const { delivered, dropped } = world.deliveries.counts();
    expect(delivered + dropped).toBe(50);
    expect(dropped).toBeGreaterThan(0);
    expect(most).toBe(3);
  });
});

describe('webhook objects', () => {
  it('have unique names and can be changed and deleted', () => {
    const world = makeWorld();
    const webhook = world.webhooks.create({ name: 'a', event: 'ComputerAdded', url: 'http://127.0.0.1:1/' });
    expect(webhook).toMatchObject({
      enabled: true,
      contentType: 'text/xml',
      readTimeoutS: 2,
      connectionTimeoutS: 5,
    });
    expect(() => world.webhooks.create({ name: 'a', event: 'x', url: 'y' })).toThrow('Duplicate name');
    world.webhooks.update(webhook.id, { name: 'b', enabled: false });
    expect(world.webhooks.byName('b')).toMatchObject({ id: webhook.id, enabled: false });
    world.webhooks.delete(webhook.id);
    expect(world.webhooks.all()).toEqual([]);
    expect(() => world.webhooks.delete(webhook.id)).toThrow('no webhook');
  });
});
