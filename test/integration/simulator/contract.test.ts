import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseXml } from '../../../simulator/http/render/xml.js';
import { KNOWN_GAPS } from '../support/openapi-gaps.js';
import { loadContract, type Contract } from '../support/openapi.js';
import { SPEC_FOLDER, specsAreThere } from '../support/openapi-schema.js';
import {
  startTestSimulator,
  type Answer,
  type CallOptions,
  type TestSimulator,
} from '../support/jamf-caller.js';
import { NOT_SERVED } from './not-served.js';

if (!specsAreThere) {
  console.warn(`\n⚠ The contract test is SKIPPED: the specifications are not at ${SPEC_FOLDER}\n`);
}

/** What a call is, which status it must have, and as what it asks when it is not the client with all privileges. */
type Step = [method: string, path: string, status: number, options?: CallOptions];

const xml = (body: string): CallOptions => ({ xml: body });
const query = (values: Record<string, string | string[]>): CallOptions => ({ query: values });

const ALL_SECTIONS = [
  'GENERAL',
  'DISK_ENCRYPTION',
  'PURCHASING',
  'APPLICATIONS',
  'STORAGE',
  'USER_AND_LOCATION',
  'CONFIGURATION_PROFILES',
  'PRINTERS',
  'SERVICES',
  'HARDWARE',
  'LOCAL_USER_ACCOUNTS',
  'CERTIFICATES',
  'ATTACHMENTS',
  'PACKAGE_RECEIPTS',
  'SECURITY',
  'OPERATING_SYSTEM',
  'LICENSED_SOFTWARE',
  'IBEACONS',
  'SOFTWARE_UPDATES',
  'EXTENSION_ATTRIBUTES',
  'CONTENT_CACHING',
  'GROUP_MEMBERSHIPS',
];

describe.runIf(specsAreThere)('the contract of the specifications', () => {
  let simulator: TestSimulator;
  let contract: Contract;
  const asked = new Set<string>();
  const ids = { computer: 0, managementId: '', udid: '', profile: 0, smart: 0, group: 0, webhook: 0 };

  beforeAll(async () => {
    contract = loadContract();
    simulator = await startTestSimulator({
      fleet: { computers: 40, due: 6, junk: 1 },
      rhythm: { notNow: 0 },
    });
    const { world } = simulator;
    ids.profile = world.profiles.all().find(({ scep }) => scep)?.id ?? 0;
    const one = world.computers
      .all()
      .find(({ id }) => world.mac(id)?.due && world.profiles.inScope(ids.profile, id));
    Object.assign(ids, { computer: one?.id, managementId: one?.managementId, udid: one?.udid });
    ids.smart = world.groups.createSmart({
      name: 'smart',
      criteria: [{ name: 'Computer Name', priority: 0, andOr: 'and', searchType: 'like', value: 'a' }],
    }).id;
    ids.group = world.groups.createStatic({ name: 'static', members: [ids.computer] }).id;
    ids.webhook = world.webhooks.create({
      name: 'hook',
      url: 'http://127.0.0.1:9/',
      event: 'ComputerCheckIn',
      authenticationType: 'HEADER',
      header: '{"a":"b"}',
    }).id;
    // Commands in every state, so that every shape of an answer is seen.
    world.actions.setOnline(ids.computer, true);
    world.profiles.redeployAll(ids.profile);
    await world.clock.advance(600_000);
    world.actions.setOnline(ids.computer, false);
    world.commands.send(ids.managementId, 'CERTIFICATE_LIST');
    const failed = world.commands.send(ids.managementId, 'PROFILE_LIST');
    const error = {
      errorCode: 1,
      errorDomain: 'd',
      errorLocalizedDescription: 'l',
      errorEnglishDescription: 'e',
    };
    Object.assign(failed, { state: 'ERROR', completedAt: world.clock.now(), error });
  });
  afterAll(() => simulator.close());

  const parse = ({ text, headers }: Answer): unknown => {
    if (text === '') return undefined;
    if (headers.get('content-type')?.includes('xml')) return parseXml(text);
    return headers.get('content-type')?.includes('html') ? text : JSON.parse(text);
  };

  /** What did not fit in the calls of one test. */
  let problems: string[] = [];
  beforeEach(() => {
    problems = [];
  });

  /** Makes the call and has its answer checked. */
  const check = async ([method, path, status, options = {}]: Step, call = simulator.callJson) => {
    const answer = await call(method, path, options);
    if (answer.status !== status) problems.push(`${method} ${path}: ${answer.status}, not ${status}`);
    asked.add(contract.operationOf(method, path) ?? '');
    problems.push(...contract.checkAnswer({ method, path, status: answer.status, body: parse(answer) }));
    return answer;
  };

  it('holds for sign-in', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'recert', client_secret: 'recert-secret' };
    for (const path of ['/api/oauth/token', '/api/v1/oauth/token']) {
      await check(['POST', path, 200, { form }]);
      await check(['POST', path, 401, { form: { ...form, client_secret: 'x' } }]);
      await check(['POST', path, 400, { form: {} }]);
    }
    const headers = { Authorization: `Basic ${Buffer.from('admin:admin-password').toString('base64')}` };
    const token = await check(['POST', '/api/v1/auth/token', 200, { headers }]);
    await check(['POST', '/api/v1/auth/token', 401]);
    const own = { headers: { Authorization: `Bearer ${(token.json() as { token: string }).token}` } };
    await check(['GET', '/api/v1/auth', 200, own]);
    await check(['GET', '/api/v1/auth', 200]);
    const kept = await check(['POST', '/api/v1/auth/keep-alive', 200, own]);
    const next = { headers: { Authorization: `Bearer ${(kept.json() as { token: string }).token}` } };
    await check(['POST', '/api/v1/auth/invalidate-token', 204, next]);
    await check(['GET', '/api/v1/auth', 401, next]);
    expect(problems).toEqual([]);
  });

  it('holds for what the server says of itself', async () => {
    await check(['GET', '/api/v1/health-check', 204]);
    await check(['GET', '/api/v1/jamf-pro-version', 200]);
    await check(['GET', '/api/v2/jamf-pro-information', 200]);
    await check(['GET', '/api/v1/jamf-pro-server-url', 200]);
    await check(['GET', '/api/v1/api-role-privileges', 200]);
    await check(['GET', '/api/v1/api-roles', 200]);
    await check(['GET', '/api/v1/api-integrations', 200]);
    expect(problems).toEqual([]);
  });

  it.each(['v3', 'v4'])('holds for inventory %s', async (version) => {
    const path = `/api/${version}/computers-inventory`;
    await check(['GET', path, 200]);
    await check(['GET', path, 200, query({ section: ALL_SECTIONS, sort: 'id:asc', 'page-size': '100' })]);
    await check(['GET', path, 200, query({ filter: `id=in=(${ids.computer},2)`, section: 'CERTIFICATES' })]);
    await check(['GET', path, 400, query({ filter: 'certificates.identity==true' })]);
    await check(['GET', `${path}/${ids.computer}`, 200, query({ section: ALL_SECTIONS })]);
    await check(['GET', `${path}/99999`, 404]);
    await check(['GET', `${path}-detail/${ids.computer}`, 200]);
    await check(['GET', `${path}-detail/99999`, 404]);
    const { id } = simulator.world.actions.addComputer();
    await check(['DELETE', `${path}/${id}`, 204]);
    await check(['DELETE', `${path}/${id}`, 404]);
    expect(problems).toEqual([]);
  });

  it('holds for commands', async () => {
    const path = '/api/v2/mdm/commands';
    const all = await check(['GET', path, 200, query({ filter: `clientManagementId==${ids.managementId}` })]);
    const states = (all.json() as { results: { commandState: string }[] }).results.map(
      ({ commandState }) => commandState,
    );
    expect(new Set(states)).toEqual(new Set(['ACKNOWLEDGED', 'PENDING', 'ERROR']));
    await check(['GET', path, 400]);
    await check(['GET', path, 500, query({ filter: 'status==Nonsense' })]);
    const order = (commandType: string) => ({
      json: { clientData: [{ managementId: ids.managementId }], commandData: { commandType } },
    });
    await check(['POST', path, 201, order('CERTIFICATE_LIST')]);
    await check(['POST', path, 400, order('INSTALL_PROFILE')]);
    await check([
      'POST',
      '/api/v2/mdm/blank-push',
      200,
      { json: { clientManagementIds: [ids.managementId, 'x'] } },
    ]);
    await check(['POST', '/api/v2/mdm/blank-push', 400, { json: {} }]);
    await check(['POST', '/api/v1/mdm/renew-profile', 202, { json: { udids: [ids.udid, 'x'] } }]);
    expect(problems).toEqual([]);
  });

  it('holds for declarative status', async () => {
    const path = `/api/v1/ddm/${ids.managementId}/status-items`;
    for (const step of [
      ['GET', path, 200],
      ['GET', `${path}/security.certificate.list`, 200],
      ['GET', `${path}/no.such.key`, 404],
      ['GET', '/api/v1/ddm/no-such-client/status-items', 404],
    ] satisfies Step[])
      await check(step);
    expect(problems).toEqual([]);
  });

  it('holds for groups v3', async () => {
    const path = '/api/v3/computer-groups';
    await check(['GET', `${path}/static-groups`, 200]);
    await check(['POST', `${path}/static-groups`, 422, { json: { name: 'static' } }]);
    await check(['POST', `${path}/static-groups`, 400, { json: { name: 'x', assignments: ['99999'] } }]);
    const made = await check([
      'POST',
      `${path}/static-groups`,
      201,
      { json: { name: 'made', assignments: [] } },
    ]);
    const own = `${path}/static-groups/${(made.json() as { id: string }).id}`;
    await check(['GET', own, 200]);
    await check(['PUT', own, 202, { json: { name: 'made', assignments: [String(ids.computer)] } }]);
    await check(['PUT', own, 500, { json: { name: 'made' } }]);
    await check(['PUT', own, 422, { json: { name: 'static', assignments: [] } }]);
    await check(['DELETE', own, 204]);
    await check(['GET', own, 404]);
    await check(['GET', `${path}/smart-groups`, 200]);
    await check(['POST', `${path}/smart-groups`, 422, { json: { name: 'smart' } }]);
    await check(['POST', `${path}/smart-groups`, 201, { json: { name: 'smart two', criteria: [] } }]);
    await check(['GET', `${path}/smart-group-membership/${ids.smart}`, 200]);
    await check(['GET', `${path}/smart-group-membership/99999`, 404]);
    expect(problems).toEqual([]);
  });

  it('holds for Classic computers, history and flush', async () => {
    const computer = `/JSSResource/computers/id/${ids.computer}`;
    const history = `/JSSResource/computerhistory/id/${ids.computer}`;
    await check(['GET', computer, 200]);
    await check(['GET', `${computer}/subset/Certificates`, 200]);
    await check(['GET', '/JSSResource/computers/id/99999', 404]);
    await check(['GET', history, 200]);
    const commands = await check(['GET', `${history}/subset/Commands`, 200]);
    expect(commands.text).toMatch(/"failed":\[\{.*"issued_epoch"/);
    await check(['DELETE', `/JSSResource/commandflush/computers/id/${ids.computer}/status/Failed`, 200]);
    expect(problems).toEqual([]);
  });

  it('holds for Classic groups', async () => {
    await check(['GET', '/JSSResource/computergroups', 200]);
    await check(['GET', `/JSSResource/computergroups/id/${ids.group}`, 200]);
    await check(['GET', `/JSSResource/computergroups/id/${ids.smart}`, 200]);
    await check(['GET', '/JSSResource/computergroups/name/static', 200]);
    const name = '<computer_group><name>classic</name><is_smart>false</is_smart></computer_group>';
    await check(['POST', '/JSSResource/computergroups/id/0', 201, xml(name)]);
    await check(['POST', '/JSSResource/computergroups/id/0', 409, xml(name)]);
    const add = `<computer_group><computer_additions><computer><id>${ids.computer}</id></computer></computer_additions></computer_group>`;
    await check(['PUT', '/JSSResource/computergroups/name/classic', 201, xml(add)]);
    const id = simulator.world.groups.byName('classic')?.id ?? 0;
    await check(['PUT', `/JSSResource/computergroups/id/${id}`, 409, xml(add.replace(/\d+/, '99999'))]);
    await check(['DELETE', `/JSSResource/computergroups/id/${id}`, 200]);
    await check(['DELETE', '/JSSResource/computergroups/name/classic', 404]);
    expect(problems).toEqual([]);
  });

  it('holds for Classic profiles', async () => {
    const path = `/JSSResource/osxconfigurationprofiles/id/${ids.profile}`;
    await check(['GET', '/JSSResource/osxconfigurationprofiles', 200]);
    await check(['GET', path, 200]);
    await check(['GET', `${path}/subset/General&Scope`, 200]);
    const redeploy =
      '<os_x_configuration_profile><general><redeploy_on_update>All</redeploy_on_update></general></os_x_configuration_profile>';
    await check(['PUT', path, 201, xml(redeploy)]);
    const made =
      '<os_x_configuration_profile><general><name>made</name></general></os_x_configuration_profile>';
    await check(['POST', '/JSSResource/osxconfigurationprofiles/id/0', 201, xml(made)]);
    await check(['POST', '/JSSResource/osxconfigurationprofiles/id/0', 409, xml(made)]);
    await check(['GET', '/JSSResource/osxconfigurationprofiles/name/made', 200]);
    await check(['PUT', '/JSSResource/osxconfigurationprofiles/name/made', 201, xml(made)]);
    await check(['DELETE', '/JSSResource/osxconfigurationprofiles/name/made', 200]);
    const id = simulator.world.profiles.create({ name: 'made' }).id;
    await check(['DELETE', `/JSSResource/osxconfigurationprofiles/id/${id}`, 200]);
    expect(problems).toEqual([]);
  });

  it('holds for Classic webhooks', async () => {
    await check(['GET', '/JSSResource/webhooks', 200]);
    await check(['GET', `/JSSResource/webhooks/id/${ids.webhook}`, 200]);
    await check(['GET', '/JSSResource/webhooks/name/hook', 200]);
    const made =
      '<webhook><name>made</name><url>http://127.0.0.1:9/</url><event>ComputerAdded</event></webhook>';
    await check(['POST', '/JSSResource/webhooks/id/0', 201, xml(made)]);
    await check(['POST', '/JSSResource/webhooks/id/0', 409, xml(made)]);
    await check([
      'PUT',
      '/JSSResource/webhooks/name/made',
      201,
      xml('<webhook><enabled>true</enabled></webhook>'),
    ]);
    await check([
      'PUT',
      `/JSSResource/webhooks/id/${ids.webhook}`,
      201,
      xml('<webhook><enabled>false</enabled></webhook>'),
    ]);
    await check(['DELETE', '/JSSResource/webhooks/name/made', 200]);
    await check(['DELETE', `/JSSResource/webhooks/id/${ids.webhook}`, 200]);
    expect(problems).toEqual([]);
  });

  it('holds for a call without the privilege', async () => {
    const poor = await startTestSimulator({
      fleet: { computers: 1, due: 0 },
      http: { clients: [{ id: 'recert', secret: 'recert-secret', privileges: [] }] },
    });
    try {
      await check(['GET', '/api/v4/computers-inventory', 403], poor.callJson);
      await check(['GET', '/JSSResource/webhooks', 403], poor.callJson);
    } finally {
      await poor.close();
    }
    expect(problems).toEqual([]);
  });

  it('was put to the test on every operation that is served', () => {
    const unasked = contract.operations.filter((operation) => !asked.has(operation));
    expect(unasked.sort()).toEqual(Object.keys(NOT_SERVED).sort());
  });

  it('is checked by something that can fail', () => {
    const path = '/api/v4/computers-inventory';
    const body = { totalCount: 1, results: [{ id: 6, general: { reportDate: 'yesterday' } }] };
    expect(contract.checkAnswer({ method: 'GET', path, status: 200, body })).toHaveLength(2);
    const request = {
      method: 'GET',
      path,
      query: { filter: 'certificates.identity==true', page: 'x' },
      body: null,
      contentType: null,
    };
    expect(contract.checkRequest(request)).toHaveLength(2);
    const put = {
      method: 'PUT',
      path: '/JSSResource/osxconfigurationprofiles/id/1',
      query: {},
      body: '<os_x_configuration_profile><general><redeploy_on_updates>All</redeploy_on_updates></general></os_x_configuration_profile>',
      contentType: 'text/xml',
    };
    expect(contract.checkRequest(put)).toHaveLength(1);
  });

  it('has no gap on its list that is none', () => {
    const unmet = KNOWN_GAPS.filter((gap) => gap.of === 'answer' && !contract.gapsMet.has(gap));
    expect(unmet.map(({ reason }) => reason)).toEqual([]);
  });

  it('holds for the requests of this test, as the request log has them', async () => {
    await simulator.callJson(
      'GET',
      '/api/v4/computers-inventory',
      query({ filter: 'id==1', sort: 'id:asc', 'page-size': '100' }),
    );
    const log = await simulator.control('GET', '/requests?path=computers-inventory$&method=GET');
    const last = (log.json() as Parameters<Contract['checkRequest']>[0][]).at(-1);
    expect(last && contract.checkRequest(last)).toEqual([]);
  });
});
