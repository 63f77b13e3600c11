import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'plist';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface Profile {
  os_x_configuration_profile: {
    general: Record<string, unknown> & { payloads: string; name: string };
    scope: Record<string, unknown> & {
      all_computers: boolean;
      computer_groups: { id: number; name: string }[];
      exclusions: Record<string, unknown>;
    };
  };
}

let simulator: TestSimulator;
let profileId = 0;
beforeAll(async () => {
  simulator = await startTestSimulator({ fleet: { computers: 30, due: 3 } });
  profileId = simulator.world.profiles.all().find(({ scep }) => scep)?.id ?? 0;
});
afterAll(() => simulator.close());

const path = () => `/JSSResource/osxconfigurationprofiles/id/${profileId}`;
const get = async () => {
  const answer = await simulator.callJson('GET', path());
  return (answer.json() as Profile).os_x_configuration_profile;
};
const put = (inner: string) =>
  simulator.call('PUT', path(), {
    xml: `<?xml version="1.0" encoding="UTF-8"?><os_x_configuration_profile>${inner}</os_x_configuration_profile>`,
  });
const installs = () =>
  simulator.world.commands.ofProfile(profileId).filter(({ type }) => type === 'INSTALL_PROFILE').length;

describe('reading a profile', () => {
  it('comes as JSON under text/plain, or as XML', async () => {
    const json = await simulator.callJson('GET', path());
    expect(json.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    const xml = await simulator.call('GET', path());
    expect(xml.headers.get('content-type')).toContain('application/xml');
    expect(xml.text).toContain(`<general><id>${profileId}</id>`);
    const listed = await simulator.callJson('GET', '/JSSResource/osxconfigurationprofiles');
    expect(listed.json()).toMatchObject({
      os_x_configuration_profiles: simulator.world.profiles.all().map(({ id, name }) => ({ id, name })),
    });
  });

  it('shows the payloads as a plist in a string, the challenge in clear', async () => {
    const { general } = await get();
    const plist = parse(general.payloads) as {
      PayloadContent: { PayloadContent: { Challenge: string; URL: string } }[];
    };
    const scep = plist.PayloadContent[0]?.PayloadContent;
    expect(scep?.Challenge).toBe(simulator.world.ca.challenge);
    expect(scep?.URL).toBe(`${simulator.url}${simulator.world.ca.scepPath}`);
    const xml = await simulator.call('GET', path());
    expect(xml.text).toContain('&lt;key&gt;Challenge&lt;/key&gt;');
  });

  it('has the oddities of the real one', async () => {
    const { general, scope } = await get();
    expect(general['level']).toBe('System');
    expect(general['redeploy_on_update']).toBe('Newly Assigned');
    expect(scope['jss_user_groups']).toEqual({});
    expect(scope.exclusions['jss_user_groups']).toEqual([]);
  });

  it('by subset shows that part', async () => {
    const answer = await simulator.callJson('GET', `${path()}/subset/Scope`);
    expect(Object.keys((answer.json() as Profile).os_x_configuration_profile)).toEqual(['scope']);
  });
});

describe('redeploy_on_update', () => {
  it('All sends InstallProfile to the whole scope, once, and is never read back', async () => {
    const before = installs();
    const managed = [...simulator.world.profiles.scopeOf(profileId)].filter(
      (id) => simulator.world.computers.get(id)?.managed,
    ).length;
    const answer = await put('<general><redeploy_on_update>All</redeploy_on_update></general>');
    expect(answer.status).toBe(201);
    expect(answer.text).toContain(
      `<os_x_configuration_profile><id>${profileId}</id></os_x_configuration_profile>`,
    );
    expect(managed).toBeGreaterThan(0);
    expect(installs()).toBe(before + managed);
    expect((await get()).general['redeploy_on_update']).toBe('Newly Assigned');
    await put('<general><description>changed</description></general>');
    expect(installs()).toBe(before + managed);
  });

  it.each([
    '<general><redeploy_on_updates>All</redeploy_on_updates></general>',
    '<general><redeploy_on_update>all</redeploy_on_update></general>',
    '<general><redeploy_on_update>Newly Assigned</redeploy_on_update></general>',
    '<redeploy_on_update>All</redeploy_on_update>',
  ])('misspelt is a 201 that does nothing: %s', async (inner) => {
    const before = installs();
    expect((await put(inner)).status).toBe(201);
    expect(installs()).toBe(before);
  });
});

describe('changing a profile', () => {
  it('leaves alone what is not in the body; a stale id means nothing', async () => {
    const before = await get();
    await put('<general><id>999</id><description>other words</description></general>');
    const after = await get();
    expect(after.general['description']).toBe('other words');
    expect(after).toEqual({ ...before, general: { ...before.general, description: 'other words' } });
  });

  it('writes level Computer and reads System', async () => {
    await put('<general><level>User</level></general>');
    expect((await get()).general['level']).toBe('User');
    await put('<general><level>Computer</level></general>');
    expect((await get()).general['level']).toBe('System');
  });

  it('replaces the scope as a whole', async () => {
    const group = simulator.world.groups.createStatic({ name: 'pilot', members: [] });
    const answer = await put(
      `<scope><computer_groups><computer_group><id>${group.id}</id></computer_group></computer_groups></scope>`,
    );
    expect(answer.status).toBe(201);
    const { scope } = await get();
    expect(scope.computer_groups).toEqual([{ id: group.id, name: 'pilot' }]);
    expect(scope.all_computers).toBe(false);
    expect(scope.exclusions['computer_groups']).toEqual([]);
    expect(simulator.world.profiles.scopeOf(profileId).size).toBe(0);
  });

  it('drops the targets with all_computers', async () => {
    const group = simulator.world.groups.byName('pilot')?.id ?? 0;
    await put(
      `<scope><all_computers>true</all_computers><computer_groups><computer_group><id>${group}</id></computer_group></computer_groups></scope>`,
    );
    const { scope } = await get();
    expect(scope.all_computers).toBe(true);
    expect(scope.computer_groups).toEqual([]);
  });

  it('ignores children of the scope that are out of order', async () => {
    const group = simulator.world.groups.byName('pilot')?.id ?? 0;
    const answer = await put(
      `<scope><computer_groups><computer_group><id>${group}</id></computer_group></computer_groups><all_computers>true</all_computers></scope>`,
    );
    expect(answer.status).toBe(200);
    expect((await get()).scope.all_computers).toBe(false);
  });

  it('is a 409 for a name that is taken and a group that is not there', async () => {
    const other = simulator.world.profiles.all().find(({ id }) => id !== profileId);
    expect((await put(`<general><name>${other?.name ?? ''}</name></general>`)).status).toBe(409);
    const answer = await put(
      '<scope><computer_groups><computer_group><id>9999</id></computer_group></computer_groups></scope>',
    );
    expect(answer.status).toBe(409);
  });

  it('loses a level of escaping in payloads, and then refuses the next save (PI-827)', async () => {
    const payloads =
      '<plist version="1.0"><dict><key>PayloadDisplayName</key><string>Research &amp; Development</string></dict></plist>';
    const escaped = payloads.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const xml = `<os_x_configuration_profile><general><name>R and D</name><payloads>${escaped}</payloads></general></os_x_configuration_profile>`;
    const made = await simulator.call('POST', '/JSSResource/osxconfigurationprofiles/id/0', { xml });
    expect(made.status).toBe(201);
    const own = `/JSSResource/osxconfigurationprofiles/id/${/<id>(\d+)<\/id>/.exec(made.text)?.[1] ?? ''}`;
    const read = async () =>
      ((await simulator.callJson('GET', own)).json() as Profile).os_x_configuration_profile.general.payloads;
    expect(await read()).toBe(payloads);
    expect((await simulator.call('PUT', own, { xml })).status).toBe(201);
    expect(await read()).toContain('Research & Development');
    expect((await simulator.call('PUT', own, { xml })).status).toBe(409);
    expect((await simulator.call('DELETE', own)).status).toBe(200);
    expect((await simulator.call('GET', own)).status).toBe(404);
  });
});
