import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

let simulator: TestSimulator;
let path = '';
beforeAll(async () => {
  simulator = await startTestSimulator({ fleet: { computers: 10, due: 0, unmanaged: 0 } });
  const { id } = simulator.world.groups.createStatic({ name: 'one', members: [1, 2] });
  path = `/api/v3/computer-groups/static-groups/${id}`;
});
afterAll(() => simulator.close());

const members = () => [...(simulator.world.groups.get(Number(path.split('/').at(-1)))?.members ?? [])].sort();

describe('static groups v3', () => {
  it('shows no members, only how many', async () => {
    const one = await simulator.call('GET', path);
    expect(Object.keys(one.json() as object)).toEqual(['id', 'name', 'description', 'siteId']);
    const listed = await simulator.call('GET', '/api/v3/computer-groups/static-groups', {
      query: { filter: 'name=="on*"' },
    });
    expect(listed.json()).toMatchObject({ totalCount: 1, results: [{ name: 'one', count: 2 }] });
  });

  it('replaces the whole list on PUT', async () => {
    const answer = await simulator.call('PUT', path, { json: { name: 'one', assignments: ['3'] } });
    expect(answer.status).toBe(202);
    expect(members()).toEqual([3]);
  });

  it('is a 500 without errors when assignments are left out', async () => {
    const answer = await simulator.call('PUT', path, { json: { name: 'one' } });
    expect(answer.status).toBe(500);
    expect(answer.json()).toEqual({ httpStatus: 500, errors: [] });
    expect(members()).toEqual([3]);
  });

  it('refuses unknown Macs and names that are taken, and changes nothing', async () => {
    const unknown = await simulator.call('PUT', path, { json: { name: 'one', assignments: ['1', '999'] } });
    expect(unknown.status).toBe(400);
    expect(unknown.json()).toMatchObject({ errors: [{ code: 'INVALID_DEVICE' }] });
    simulator.world.groups.createStatic({ name: 'two' });
    const taken = await simulator.call('PUT', path, { json: { name: 'two', assignments: ['1'] } });
    expect(taken.status).toBe(422);
    expect(taken.json()).toMatchObject({ errors: [{ code: 'DUPLICATE_FIELD', field: 'name' }] });
    expect(members()).toEqual([3]);
  });

  it('is made, is refused deletion while a profile uses it, and is deleted', async () => {
    const made = await simulator.call('POST', '/api/v3/computer-groups/static-groups', {
      json: { name: 'made', assignments: ['1'] },
    });
    expect(made.status).toBe(201);
    const { id } = made.json() as { id: string };
    const own = `/api/v3/computer-groups/static-groups/${id}`;
    const [profile] = simulator.world.profiles.all();
    if (!profile) throw new Error('no profile');
    const scope = { ...profile.scope, computerGroups: [...profile.scope.computerGroups, Number(id)] };
    simulator.world.profiles.update(profile.id, { scope });
    expect((await simulator.call('DELETE', own)).status).toBe(422);
    simulator.world.profiles.update(profile.id, { scope: { ...scope, computerGroups: [] } });
    expect((await simulator.call('DELETE', own)).status).toBe(204);
    expect((await simulator.call('GET', own)).status).toBe(404);
  });
});

describe('smart groups v3', () => {
  it('are made, listed, counted again, and show their members', async () => {
    const made = await simulator.call('POST', '/api/v3/computer-groups/smart-groups', {
      json: { name: 'everything', criteria: [] },
    });
    expect(made.status).toBe(201);
    const { id } = made.json() as { id: string };
    const all = simulator.world.groups.get(Number(id))?.members ?? new Set();
    const shown = await simulator.call('GET', `/api/v3/computer-groups/smart-group-membership/${id}`);
    expect(shown.json()).toEqual({ members: [...all] });
    const listed = await simulator.call('GET', '/api/v3/computer-groups/smart-groups', {
      query: { filter: 'name==everything' },
    });
    expect(listed.json()).toMatchObject({ results: [{ id, membershipCount: all.size }] });
    const counted = await simulator.call('POST', `/api/v1/smart-computer-groups/${id}/recalculate`);
    expect(counted.json()).toEqual({ count: all.size });
  });

  it('are not found among static ones, nor the other way round', async () => {
    const smart = simulator.world.groups.byName('everything')?.id ?? 0;
    expect((await simulator.call('GET', `/api/v3/computer-groups/static-groups/${smart}`)).status).toBe(404);
    const own = path.split('/').at(-1) ?? '';
    expect(
      (await simulator.call('GET', `/api/v3/computer-groups/smart-group-membership/${own}`)).status,
    ).toBe(404);
  });

  it('show their criteria by id', async () => {
    const criterion = {
      name: 'Computer Name',
      priority: 0,
      andOr: 'and' as const,
      searchType: 'like',
      value: 'a',
    };
    const { id } = simulator.world.groups.createSmart({ name: 'by name', criteria: [criterion] });
    const smart = `/api/v3/computer-groups/smart-groups/${id}`;
    expect((await simulator.call('GET', smart)).json()).toEqual({
      id: String(id),
      name: 'by name',
      description: '',
      siteId: '-1',
      criteria: [Object.assign({}, criterion, { openingParen: false, closingParen: false })],
    });
    const other = `/api/v3/computer-groups/smart-groups/${path.split('/').at(-1) ?? ''}`;
    expect((await simulator.call('GET', other)).status).toBe(404);
  });
});
