import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoggedRequest } from '../../../simulator/http/request-log.js';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator({
    fleet: { computers: 12, due: 3 },
    startAt: Date.parse('2026-06-01T09:00:00Z'),
  });
});
afterAll(() => simulator.close());

const act = (json: object) => simulator.control('POST', '/actions', { json });

describe('the control API', () => {
  it('sums up the state', async () => {
    const { world } = simulator;
    const state = (await simulator.control('GET', '/state')).json();
    expect(state).toMatchObject({
      url: simulator.url,
      fleet: { computers: 12, due: 3 },
      ca: { issuedTotal: 0, issuedByComputer: {} },
      commands: { total: 0 },
      groups: world.groups
        .all()
        .map(({ id, name, smart, members }) => ({ id, name, smart, members: members.size })),
      deliveries: { delivered: 0 },
      down: false,
    });
  });

  it('shows one Mac, also what Jamf cannot see', async () => {
    const due = (await simulator.control('GET', '/computers?due=true')).json() as {
      id: number;
      due: boolean;
    }[];
    expect(due).toHaveLength(3);
    const one = (await simulator.control('GET', `/computers/${due[0]?.id ?? 0}`)).json();
    expect(one).toMatchObject({ computer: { id: due[0]?.id }, mac: { due: true }, commands: [] });
    expect((await simulator.control('GET', '/computers/99999')).status).toBe(404);
  });

  it('tells and moves the time', async () => {
    const before = (await simulator.control('GET', '/time')).json() as { now: number; iso: string };
    expect(before.iso).toBe('2026-06-01T09:00:00.000Z');
    const after = (await simulator.control('POST', '/time', { json: { advance: '12h' } })).json() as {
      now: number;
    };
    expect(after.now - before.now).toBe(12 * 3_600_000);
    expect((await simulator.control('POST', '/time', { json: { advance: 'soon' } })).status).toBe(400);
  });

  it('has things happen to Macs', async () => {
    const { world } = simulator;
    expect((await act({ action: 'offline', id: 1 })).status).toBe(200);
    expect(world.mac(1)?.online).toBe(false);
    expect((await act({ action: 'checkIn', id: 1 })).status).toBe(409);
    await act({ action: 'online', id: 1 });
    await act({ action: 'rename', id: 1, name: 'New Name' });
    expect(world.computers.get(1)?.name).not.toBe('New Name');
    await act({ action: 'reportInventory', id: 1 });
    expect(world.computers.get(1)?.name).toBe('New Name');
    const { managementId } = { ...world.computers.get(1) };
    await act({ action: 'reEnrol', id: 1 });
    expect(world.computers.get(1)?.managementId).not.toBe(managementId);
    const added = (await act({ action: 'add' })).json() as { id: number };
    expect(world.computers.get(added.id)).toBeDefined();
    await act({ action: 'delete', id: added.id });
    expect(world.computers.get(added.id)).toBeUndefined();
    expect((await act({ action: 'online', id: 99_999 })).status).toBe(404);
    expect((await act({ action: 'explode' })).status).toBe(400);
  });

  it('resets the challenge of the CA, and puts the new one into a profile', async () => {
    const { world } = simulator;
    const before = world.ca.challenge;
    const profile = world.profiles.all().find(({ scep }) => scep);
    const reset = await act({ action: 'resetChallenge' });
    expect(world.ca.challenge).not.toBe(before);
    expect(reset.text).not.toContain(world.ca.challenge);
    expect(profile?.scep?.challenge).toBe(before);
    await act({ action: 'setChallenge', profileId: profile?.id ?? 0 });
    expect(world.profiles.get(profile?.id ?? 0)?.scep?.challenge).toBe(world.ca.challenge);
  });

  it('lists what the CA issued', async () => {
    const due = simulator.world.computers.all().find(({ id }) => simulator.world.mac(id)?.due)?.id ?? 0;
    await act({ action: 'online', id: due });
    await act({ action: 'reEnrol', id: due });
    await simulator.control('POST', '/time', { json: { advance: '1h' } });
    const log = (await simulator.control('GET', '/issuances')).json() as {
      computerId: number;
      outcome: string;
    }[];
    expect(log).toContainEqual(expect.objectContaining({ computerId: due, outcome: 'issued' }));
  });
});

describe('the request log', () => {
  it('keeps method, path, query, status, caller and body, without secrets', async () => {
    await simulator.control('DELETE', '/requests');
    const signedIn = await simulator.signIn('recert', 'recert-secret');
    await signedIn('GET', '/api/v4/computers-inventory', {
      query: { filter: 'id==1', section: ['GENERAL', 'CERTIFICATES'] },
    });
    await signedIn('PUT', '/JSSResource/webhooks/id/999', {
      xml: '<webhook><password>hush</password><name>n</name></webhook>',
    });
    const log = (await simulator.control('GET', '/requests')).json() as LoggedRequest[];
    expect(log).toMatchObject([
      {
        method: 'POST',
        path: '/api/oauth/token',
        status: 200,
        body: expect.stringContaining('client_secret=REDACTED') as string,
      },
      {
        method: 'GET',
        path: '/api/v4/computers-inventory',
        query: { filter: 'id==1', section: ['GENERAL', 'CERTIFICATES'] },
        status: 200,
        by: 'API client',
        body: null,
      },
      {
        method: 'PUT',
        status: 404,
        contentType: 'text/xml',
        body: '<webhook><password>REDACTED</password><name>n</name></webhook>',
      },
    ]);
    expect(JSON.stringify(log)).not.toContain('recert-secret');
  });

  it('can be asked for a part', async () => {
    const log = (await simulator.control('GET', '/requests')).json() as LoggedRequest[];
    const puts = (
      await simulator.control('GET', '/requests?method=put&path=%5E/JSSResource')
    ).json() as LoggedRequest[];
    expect(puts).toHaveLength(1);
    const later = (
      await simulator.control('GET', `/requests?after=${log[1]?.number ?? 0}`)
    ).json() as LoggedRequest[];
    expect(later).toEqual(log.slice(2));
  });
});

describe('SCEP', () => {
  it('says what the CA can, and shows its certificate', async () => {
    const path = simulator.world.ca.scepPath;
    const caps = await simulator.anonymous('GET', path, { query: { operation: 'GetCACaps' } });
    expect(caps.status).toBe(200);
    expect(caps.text).toContain('POSTPKIOperation');
    expect(caps.text).not.toContain('Renewal');
    const response = await fetch(`${simulator.url}${path}?operation=GetCACert`);
    expect(response.headers.get('content-type')).toBe('application/x-x509-ca-cert');
    const certificate = new X509Certificate(Buffer.from(await response.arrayBuffer()));
    expect(certificate.ca).toBe(true);
    expect((await simulator.anonymous('GET', path, { query: { operation: 'Other' } })).status).toBe(400);
    expect(
      (await simulator.anonymous('GET', '/pki/0/scep/x', { query: { operation: 'GetCACaps' } })).status,
    ).toBe(404);
  });
});

describe('what the server says of itself', () => {
  it('needs no sign-in for the health check, and one for the rest', async () => {
    expect((await simulator.anonymous('GET', '/api/v1/health-check')).status).toBe(204);
    expect((await simulator.anonymous('GET', '/api/v1/jamf-pro-version')).status).toBe(401);
    // The clock was moved since the first sign-in.
    const call = await simulator.signIn('recert', 'recert-secret');
    expect((await call('GET', '/api/v1/jamf-pro-server-url')).json()).toEqual({ url: simulator.url });
    const privileges = (await call('GET', '/api/v1/api-role-privileges')).json() as { privileges: string[] };
    expect(privileges.privileges).toContain('Flush MDM Commands');
  });
});
