import { describe, expect, it } from 'vitest';
import { connect, failureOf } from './support/client.js';

const PROFILE = 'GET /JSSResource/osxconfigurationprofiles/id/12';

const general = {
  id: 12,
  name: 'Okta SCEP',
  uuid: 'PROFILE-UUID',
  level: 'System',
  redeploy_on_update: 'Newly Assigned',
  payloads: '<plist/>',
};
const none = { computers: [], computer_groups: [], departments: [], buildings: [], jss_user_groups: {} };
const classic = (profile: object) => ({
  headers: { 'content-type': 'text/plain;charset=UTF-8' },
  body: { os_x_configuration_profile: profile },
});
const read = async (profile: object) =>
  (await connect({ [PROFILE]: classic(profile) })).jamf.readProfile('12');

describe('a profile', () => {
  it('is read with the required fields, and IDs as text', async () => {
    const scope = {
      ...none,
      all_computers: false,
      computers: [{ id: 6, name: 'mac-6', udid: 'X' }],
      computer_groups: [{ id: 7, name: 'Staff' }],
      departments: [{ id: 3, name: 'Sales' }],
      buildings: [{ id: 4, name: 'HQ' }],
      limitations: { users: [], user_groups: [], network_segments: [], ibeacons: [] },
      exclusions: { ...none, computer_groups: [{ id: 9, name: 'leave-blue' }], jss_user_groups: [] },
    };
    expect(await read({ general, scope, self_service: {} })).toEqual({
      id: '12',
      name: 'Okta SCEP',
      identifier: 'PROFILE-UUID',
      level: 'System',
      install: 'automatic',
      unseenScope: { limitedBy: [], users: false },
      scep: null,
      scope: {
        allComputers: false,
        computerIds: ['6'],
        groupIds: ['7'],
        departments: ['3'],
        buildings: ['4'],
        exclusions: { computerIds: [], groupIds: ['9'], departments: [], buildings: [] },
      },
    });
  });

  it.each([
    ['System', 'System'],
    ['Computer', 'System'],
    ['computer', 'System'],
    ['User', 'User'],
    ['user', 'User'],
  ])('of level %s is read as %s', async (level, expected) => {
    const profile = await read({
      general: { ...general, level },
      scope: { all_computers: true, exclusions: {} },
    });
    expect(profile.level).toBe(expected);
  });

  it.each([
    [{}, { limitedBy: [], users: false }],
    [
      { limitations: { users: [], network_segments: {} }, jss_user_groups: {} },
      { limitedBy: [], users: false },
    ],
    [
      { limitations: { network_segments: [{ id: 3, name: 'Berlin' }], users: [{ size: 0 }] } },
      { limitedBy: ['network segments'], users: false },
    ],
    [
      { exclusions: { users: [{ name: 'ada' }], jss_users: { user: { id: 1 } }, ibeacons: [{ id: 1 }] } },
      { limitedBy: ['users', 'iBeacons'], users: false },
    ],
    [{ jss_users: [{ user: { id: 4, name: 'ada' } }] }, { limitedBy: [], users: true }],
    [{ all_jss_users: true }, { limitedBy: [], users: true }],
  ])('reports the parts of a scope that inventory cannot evaluate: %j', async (scope, unseenScope) => {
    const whole = { all_computers: false, exclusions: {}, ...scope };
    expect((await read({ general, scope: whole })).unseenScope).toEqual(unseenScope);
  });

  it('accepts all list formats of the Classic API', async () => {
    const scope = {
      all_computers: 'true',
      computers: { computer: { id: 6 } },
      computer_groups: [{ computer_group: { id: '7' } }, { computer_group: { id: 8 } }],
      departments: {},
      buildings: '',
      exclusions: [],
    };
    expect((await read({ general, scope })).scope).toMatchObject({
      allComputers: true,
      computerIds: ['6'],
      groupIds: ['7', '8'],
      departments: [],
      buildings: [],
    });
  });

  it.each([
    ['scope', { general }],
    ['exclusions', { general, scope: { all_computers: true } }],
    ['uuid', { general: { ...general, uuid: '' }, scope: { exclusions: {} } }],
    ['general', { scope: { exclusions: {} } }],
  ])('without %s is rejected, because it decides which Macs are redistributed', async (place, profile) => {
    const { jamf } = await connect({ [PROFILE]: classic(profile) });
    const error = await failureOf(jamf.readProfile('12'));
    expect(error.said).toContain(place);
  });

  it('with a different ID is rejected', async () => {
    const { jamf } = await connect({
      [PROFILE]: classic({ general: { ...general, id: 13 }, scope: { exclusions: {} } }),
    });
    expect((await failureOf(jamf.readProfile('12'))).said).toBe('a different profile than requested');
  });

  it('that does not exist gives the settings to check', async () => {
    const body = '<html><head><title>Status page</title></head><body><p>Error: Not Found</p></body></html>';
    const { jamf } = await connect({ [PROFILE]: { status: 404, body } });
    expect((await failureOf(jamf.readProfile('12'))).message).toBe(
      'production: profiles.read answered 404 (Not Found). Jamf Pro has no profile with this ID: check profile, overlap.blue and overlap.green in the configuration.',
    );
  });
});
