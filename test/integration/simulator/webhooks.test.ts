import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface Delivered {
  headers: IncomingHttpHeaders;
  body: string;
}
interface Hook {
  webhook: Record<string, unknown> & { id: number };
}

let simulator: TestSimulator;
const delivered: Delivered[] = [];
const receiver = createServer((req, res) => {
  let body = '';
  req.on('data', (chunk: Buffer) => (body += chunk.toString()));
  req.on('end', () => {
    delivered.push({ headers: req.headers, body });
    res.writeHead(202).end();
  });
});
let hookUrl = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  hookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  simulator = await startTestSimulator({ fleet: { computers: 5, due: 0 } });
});
afterAll(async () => {
  await simulator.close();
  receiver.close();
});

const webhook = (name: string, inner: string) =>
  `<webhook><name>${name}</name><enabled>true</enabled><url>${hookUrl}</url>${inner}</webhook>`;
const create = (xml: string) => simulator.call('POST', '/JSSResource/webhooks/id/0', { xml });
const header = '{"X-Api-Key":"hush-hush"}';

describe('webhooks of the Classic API', () => {
  it('are made, and then really sent', async () => {
    const made = await create(
      webhook(
        'inventory',
        `<content_type>application/json</content_type><event>ComputerInventoryCompleted</event><authentication_type>HEADER</authentication_type><header>${header}</header>`,
      ),
    );
    expect(made.status).toBe(201);
    expect(made.text).toMatch(/<webhook><id>\d+<\/id><\/webhook>/);
    simulator.world.actions.setOnline(1, true);
    delivered.length = 0;
    await simulator.control('POST', '/actions', { json: { action: 'reportInventory', id: 1 } });
    await expect.poll(() => delivered.length).toBe(1);
    expect(delivered[0]?.headers['x-api-key']).toBe('hush-hush');
    expect(JSON.parse(delivered[0]?.body ?? '')).toMatchObject({
      webhook: { webhookEvent: 'ComputerInventoryCompleted', name: 'inventory' },
      event: { jssID: 1 },
    });
  });

  it('read the header back in clear and the password hidden', async () => {
    const byName = await simulator.callJson('GET', '/JSSResource/webhooks/name/inventory');
    expect((byName.json() as Hook).webhook).toMatchObject({
      authentication_type: 'HEADER',
      header,
      connection_timeout: 5,
      read_timeout: 2,
      enabled: true,
    });
    const made = await create(
      webhook(
        'basic',
        '<event>ComputerCheckIn</event><authentication_type>BASIC</authentication_type><username>u</username><password>hush-hush</password>',
      ),
    );
    const id = /<id>(\d+)<\/id>/.exec(made.text)?.[1] ?? '';
    const read = await simulator.callJson('GET', `/JSSResource/webhooks/id/${id}`);
    expect((read.json() as Hook).webhook).toMatchObject({ content_type: 'text/xml', username: 'u' });
    expect(read.text).not.toContain('hush-hush');
  });

  it('are changed in part, and stop when they are deleted', async () => {
    const path = '/JSSResource/webhooks/name/basic';
    expect(
      (await simulator.call('PUT', path, { xml: '<webhook><enabled>false</enabled></webhook>' })).status,
    ).toBe(201);
    expect(((await simulator.callJson('GET', path)).json() as Hook).webhook).toMatchObject({
      enabled: false,
      username: 'u',
    });
    expect((await simulator.call('DELETE', path)).status).toBe(200);
    expect((await simulator.call('GET', path)).status).toBe(404);
    const listed = await simulator.call('GET', '/JSSResource/webhooks');
    expect(listed.text).toContain('<webhooks><size>1</size><webhook>');
  });

  it.each([
    ['a name that is taken', () => webhook('inventory', '<event>ComputerCheckIn</event>'), 'Duplicate name'],
    ['an unknown event', () => webhook('other', '<event>ComputerExploded</event>'), 'Invalid event'],
    ['no event', () => webhook('other', ''), 'required'],
    [
      'an unknown content type',
      () => webhook('other', '<event>ComputerCheckIn</event><content_type>text/csv</content_type>'),
      'Invalid content_type',
    ],
    [
      'a time-out of a minute',
      () => webhook('other', '<event>ComputerCheckIn</event><read_timeout>60</read_timeout>'),
      'Invalid read_timeout',
    ],
  ])('are a 409 for %s', async (_what, xml, words) => {
    const answer = await create(xml());
    expect(answer.status).toBe(409);
    expect(answer.text).toContain(words);
  });
});
