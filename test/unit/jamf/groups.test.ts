import { describe, expect, it } from 'vitest';
import { connect, failureOf } from './support/client.js';
import type { Reply } from './support/server.js';
import { OPEN } from '../../support/fence.js';

const GET = 'GET /JSSResource/computergroups/id/5';
const PUT = 'PUT /JSSResource/computergroups/id/5';
const DONE: Reply = { status: 201, body: '<computer_group><id>5</id></computer_group>' };

const conflict = (message: string): Reply => ({
  status: 409,
  body: `<html><head><title>Status page</title></head><body><p>Conflict</p><p>Error: ${message}</p></body></html>`,
});
const group = (computers: unknown): Reply => ({
  headers: { 'content-type': 'text/plain;charset=UTF-8' },
  body: { computer_group: { id: 5, name: 'join-green', is_smart: false, site: {}, criteria: [], computers } },
});
const members = (...ids: number[]) => group(ids.map((id) => ({ id, name: `mac-${id}`, serial_number: 'S' })));

describe('reading a group', () => {
  it('returns its members', async () => {
    const { jamf, server } = await connect({ [GET]: members(6, 7) });
    expect(await jamf.readGroup('5')).toEqual({
      id: '5',
      name: 'join-green',
      smart: false,
      computerIds: ['6', '7'],
    });
    expect(server.of(GET)[0]?.headers.accept).toBe('application/json');
  });

  it.each([
    ['an empty list', []],
    ['an empty object', {}],
    ['an empty string', ''],
    ['null', null],
  ])('reads %s as no members', async (_, computers) => {
    const { jamf } = await connect({ [GET]: group(computers) });
    expect((await jamf.readGroup('5')).computerIds).toEqual([]);
  });

  it('rejects a missing member list, because removals are verified with it', async () => {
    const { jamf } = await connect({ [GET]: group(undefined) });
    expect((await failureOf(jamf.readGroup('5'))).said).toContain('computers');
  });
});

describe('adding Macs to a group', () => {
  it('sends a change and never the whole list', async () => {
    const { jamf, server } = await connect({ [PUT]: DONE });
    await jamf.addToGroup('5', ['6', '7'], OPEN);
    expect(server.of(PUT)[0]?.headers['content-type']).toBe('application/xml');
    expect(server.of(PUT)[0]?.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><computer_group><computer_additions>' +
        '<computer><id>6</id></computer><computer><id>7</id></computer></computer_additions></computer_group>',
    );
  });

  it('sends nothing for an empty list or an invalid ID', async () => {
    const { jamf, server } = await connect({ [PUT]: DONE });
    await jamf.addToGroup('5', [], OPEN);
    await jamf.removeFromGroup('5', [], OPEN);
    await expect(jamf.addToGroup('5', ['6', ''], OPEN)).rejects.toThrow(RangeError);
    expect(server.of(PUT)).toHaveLength(0);
  });

  it.each([
    ['Unable to match computer', false, 'Jamf Pro does not know a computer in the request'],
    ['Computer is not managed', false, 'is not managed'],
    ['Unable to update the database', true, 'Jamf Pro was busy'],
    ['Problem with something', false, 'Jamf Pro rejected the request'],
  ])('gives the action to take after 409 "%s", without a retry', async (message, retryable, advice) => {
    const { jamf, server } = await connect({ [PUT]: conflict(message) });
    const error = await failureOf(jamf.addToGroup('5', ['6'], OPEN));
    expect(error).toMatchObject({
      call: 'groups.add',
      status: 409,
      said: message,
      retryable,
      inDoubt: false,
    });
    expect(error.advice).toContain(advice);
    expect(server.of(PUT)).toHaveLength(1);
  });
});

describe('removing Macs from a group', () => {
  it('sends a change', async () => {
    const { jamf, server } = await connect({ [PUT]: DONE });
    await jamf.removeFromGroup('5', ['6'], OPEN);
    expect(server.of(PUT)[0]?.body).toContain(
      '<computer_group><computer_deletions><computer><id>6</id></computer></computer_deletions></computer_group>',
    );
    expect(server.of(GET)).toHaveLength(0);
  });

  it('succeeds after 409 if the Macs are not in the group when it is read back', async () => {
    const { jamf, server } = await connect({ [PUT]: conflict('not a member'), [GET]: members(8) });
    await jamf.removeFromGroup('5', ['6', '7'], OPEN);
    expect(server.of(PUT)).toHaveLength(1);
  });

  it('retries only for Macs that are still members', async () => {
    const { jamf, server } = await connect({ [PUT]: [conflict('not a member'), DONE], [GET]: members(7, 8) });
    await jamf.removeFromGroup('5', ['6', '7'], OPEN);
    expect(server.of(PUT)[1]?.body).toContain(
      '<computer_deletions><computer><id>7</id></computer></computer_deletions>',
    );
  });

  it('fails if Macs are still members and Jamf Pro rejects the retry', async () => {
    const { jamf, server } = await connect({
      [PUT]: conflict('Unable to match computer'),
      [GET]: members(6),
    });
    const error = await failureOf(jamf.removeFromGroup('5', ['6'], OPEN));
    expect(error).toMatchObject({ call: 'groups.remove', status: 409, said: 'Unable to match computer' });
    expect(server.of(PUT)).toHaveLength(2);
  });

  it('fails if the group cannot be read back', async () => {
    const { jamf } = await connect({ [PUT]: conflict('not a member'), [GET]: { status: 403 } });
    expect(await failureOf(jamf.removeFromGroup('5', ['6'], OPEN))).toMatchObject({
      call: 'groups.read',
      status: 403,
    });
  });

  it('reads back from the cluster node that rejected the change', async () => {
    const cookie = { ...conflict('not a member'), headers: { 'set-cookie': ['jpro-ingress=b; Path=/'] } };
    const { jamf, server } = await connect({ [PUT]: cookie, [GET]: members() });
    await jamf.removeFromGroup('5', ['6'], OPEN);
    expect(server.of(GET)[0]?.headers.cookie).toBe('jpro-ingress=b');
  });
});
