import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Computer } from '../../../simulator/world/model.js';
import { parseXml } from '../../../simulator/http/render/xml.js';
import {
  createCaller,
  startTestSimulator,
  type Call,
  type CallOptions,
  type TestSimulator,
} from '../support/jamf-caller.js';

/**
 * The read calls of public clients, with their headers and queries, and the shapes that the clients rely on. Names are those of the
 * repositories on github.com.
 */

const text = z.string().nullish();
const whole = z.int().nullish();
const flag = z.boolean().nullish();
const instant = z.iso.datetime().nullish();

const listed = z.looseObject({ id: z.int(), name: z.string() });
const basic = listed.extend({
  managed: z.boolean(),
  username: z.string(),
  udid: z.string().min(1),
  serial_number: z.string().min(1),
  mac_address: z.string().min(1),
  report_date_epoch: z.int(),
});
const classicComputer = z.object({
  general: z.looseObject({
    id: z.int(),
    mac_address: z.string(),
    remote_management: z.looseObject({ managed: z.boolean(), management_username: z.string() }),
    mdm_capable_users: z.record(z.string(), z.string()),
    report_date_epoch: z.int(),
    last_contact_time_epoch: z.int(),
    initial_entry_date_epoch: z.int(),
    mdm_profile_expiration_epoch: z.int(),
    site: listed,
  }),
  location: z.record(z.string(), z.string()),
  purchasing: z.looseObject({
    is_leased: z.boolean(),
    life_expectancy: z.int(),
    attachments: z.array(z.never()),
  }),
  peripherals: z.array(z.never()),
  hardware: z.looseObject({
    processor_speed_mhz: z.int(),
    number_cores: z.int(),
    total_ram_mb: z.int(),
    ble_capable: z.boolean(),
    filevault2_users: z.array(z.string()),
    storage: z.array(z.looseObject({ size: z.int(), partitions: z.array(z.looseObject({ size: z.int() })) })),
  }),
  certificates: z.array(
    z.object({
      common_name: z.string(),
      identity: z.boolean(),
      expires_utc: z.string(),
      expires_epoch: z.union([z.int(), z.literal('')]),
      name: z.string(),
    }),
  ),
  security: z.looseObject({ activation_lock: z.boolean(), secure_boot_level: z.string() }),
  software: z.looseObject({ applications: z.array(z.unknown()), available_updates: z.object({}) }),
  extension_attributes: z.array(z.unknown()),
  groups_accounts: z.looseObject({ computer_group_memberships: z.array(z.string()) }),
  iphones: z.array(z.never()),
  configuration_profiles: z.array(
    z.looseObject({ id: z.int(), uuid: z.string(), is_removable: z.boolean() }),
  ),
});
const inventory = z.looseObject({
  id: z.string(),
  udid: z.string(),
  general: z
    .looseObject({
      name: z.string(),
      managementId: z.string(),
      reportDate: instant,
      lastContactTime: instant,
      lastCloudBackupDate: instant,
      initialEntryDate: z.iso.date(),
      lastReportedIp: text,
      barcode1: text,
      remoteManagement: z.looseObject({ managed: z.boolean(), managementUsername: text }),
      mdmCapable: z.looseObject({ capable: z.boolean(), capableUsers: z.array(z.string()) }),
    })
    .nullable(),
  hardware: z.looseObject({ serialNumber: text, processorSpeedMhz: whole, appleSilicon: flag }).nullable(),
  storage: z.looseObject({ disks: z.array(z.looseObject({ partitions: z.array(z.unknown()) })) }).nullable(),
  security: z.looseObject({ sipStatus: text, autoLoginDisabled: flag }).nullable(),
  certificates: z
    .array(
      z.looseObject({
        commonName: text,
        identity: flag,
        expirationDate: instant,
        lifecycleStatus: z.enum(['ACTIVE', 'INACTIVE']),
        subjectName: text,
        serialNumber: z.string().regex(/^\d+$/).nullable(),
      }),
    )
    .nullable(),
  purchasing: z.looseObject({ leased: flag, warrantyDate: text }).nullable(),
  groupMemberships: z.array(z.looseObject({ groupId: z.string(), smartGroup: z.boolean() })).nullable(),
});
const page = z.object({ totalCount: z.int(), results: z.array(inventory).min(1) });
const group = listed.extend({ is_smart: z.boolean() });
const wholeGroup = group.extend({
  site: listed,
  criteria: z.array(
    z.looseObject({ priority: z.int(), opening_paren: z.boolean(), closing_paren: z.boolean() }),
  ),
  computers: z.array(listed.extend({ serial_number: z.string(), alt_mac_address: z.string() })),
});

const V1_SECTIONS =
  'GENERAL,DISK_ENCRYPTION,PURCHASING,APPLICATIONS,STORAGE,USER_AND_LOCATION,CONFIGURATION_PROFILES,PRINTERS,SERVICES,HARDWARE,LOCAL_USER_ACCOUNTS,CERTIFICATES,ATTACHMENTS,PLUGINS,PACKAGE_RECEIPTS,FONTS,SECURITY,OPERATING_SYSTEM,LICENSED_SOFTWARE,IBEACONS,SOFTWARE_UPDATES,EXTENSION_ATTRIBUTES,CONTENT_CACHING,GROUP_MEMBERSHIPS';
const JSON_HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json' };

let simulator: TestSimulator;
let mac: Computer;
beforeAll(async () => {
  simulator = await startTestSimulator({ fleet: { computers: 130, due: 10, junk: 1 } });
  mac = simulator.world.computers.get(5) as Computer;
});
afterAll(() => simulator.close());

const signedIn = async (path: string, headers: Record<string, string>): Promise<Call> => {
  const form = { client_id: 'recert', grant_type: 'client_credentials', client_secret: 'recert-secret' };
  const answer = await simulator.anonymous('POST', path, { form, headers: { Accept: 'application/json' } });
  const shape = z.object({ access_token: z.string(), expires_in: z.int(), scope: z.string() });
  const { access_token: token } = shape.parse(answer.json());
  return createCaller(simulator.url, { Authorization: `Bearer ${token}`, ...headers });
};
/** What did not fit in the calls of one test. */
let problems: unknown[] = [];
beforeEach(() => {
  problems = [];
});

const get = async (call: Call, path: string, shape: z.ZodType, query: CallOptions['query'] = {}) => {
  const answer = await call('GET', path, { query });
  if (answer.status !== 200) problems.push([path, answer.status]);
  else problems.push(...(shape.safeParse(answer.json()).error?.issues ?? []).map((issue) => [path, issue]));
};

describe('the read calls of', () => {
  it('macadmins/jamf-pro-sdk-python', async () => {
    const call = await signedIn('/api/oauth/token', { Accept: 'application/json' });
    await get(call, '/JSSResource/computers', z.object({ computers: z.array(listed) }));
    await get(call, '/JSSResource/computers/subset/basic', z.object({ computers: z.array(basic) }));
    for (const { id } of simulator.world.computers.all().slice(0, 20)) {
      await get(call, `/JSSResource/computers/id/${id}`, z.object({ computer: classicComputer }));
    }
    const part = classicComputer.pick({ general: true, hardware: true, security: true });
    const subsets = '/JSSResource/computers/id/5/subset/general&hardware&security';
    await get(call, subsets, z.object({ computer: part }));
    await get(call, '/JSSResource/computergroups', z.object({ computer_groups: z.array(group) }));
    for (const { id } of simulator.world.groups.all()) {
      await get(call, `/JSSResource/computergroups/id/${id}`, z.object({ computer_group: wholeGroup }));
    }
    const pages = { 'page-size': '100', page: '1' };
    await get(call, '/api/v1/computers-inventory', page, { ...pages, section: V1_SECTIONS });
    await get(call, '/api/v1/computers-inventory', page, { section: 'GENERAL', filter: 'id=in=(1,2,3)' });
    const sort = 'general.name:asc,id:desc';
    await get(call, '/api/v1/computers-inventory', page, { section: 'GENERAL', sort });
    const commands = z.object({ totalCount: z.int(), results: z.array(z.unknown()) });
    const filter = `clientManagementId==${mac.managementId}`;
    await get(call, '/api/v2/mdm/commands', commands, { page: '0', 'page-size': '100', filter });
    const xml = '<computer_group><name>sdk</name><is_smart>false</is_smart></computer_group>';
    const made = await call('POST', '/JSSResource/computergroups/id/0', { xml });
    expect(parseXml(made.text)).toMatchObject({
      computer_group: { id: expect.stringMatching(/^\d+$/) as string },
    });
    expect(problems).toEqual([]);
  });

  it('demisto/content, Packs/jamf', async () => {
    const call = await signedIn('/api/v1/oauth/token', JSON_HEADERS);
    const identifiers = [
      ['id', String(mac.id)],
      ['name', mac.name],
      ['udid', mac.udid],
      ['serialnumber', mac.serialNumber],
      ['macaddress', mac.macAddress],
    ] as const;
    for (const [by, value] of identifiers) {
      for (const [subset, element] of Object.entries(SUBSETS)) {
        const path = `/JSSResource/computers/${by}/${encodeURIComponent(value)}/subset/${subset}`;
        await get(
          call,
          path,
          z.object({ computer: z.strictObject({ [element]: classicComputer.shape[element] }) }),
        );
      }
    }
    const path = '/api/v3/computers-inventory';
    const section = ['GENERAL', 'HARDWARE', 'SECURITY', 'STORAGE'];
    await get(call, path, page, { page: '0', 'page-size': '50', section });
    const filter = `general.name=="${mac.name.slice(0, 4)}*"`;
    await get(call, path, page, { page: '0', 'page-size': '50', filter });
    await get(call, `/api/v3/computers-inventory-detail/${mac.id}`, inventory);
    expect(problems).toEqual([]);
  });

  it('JupiterOne/graph-jamf', async () => {
    const call = await signedIn('/api/v1/oauth/token', JSON_HEADERS);
    await get(call, '/JSSResource/computers/subset/basic', z.object({ computers: z.array(basic) }));
    const profiles = '/JSSResource/osxconfigurationprofiles';
    await get(call, profiles, z.object({ os_x_configuration_profiles: z.array(listed) }));
    const [profile] = simulator.world.profiles.all();
    const general = z.looseObject({ id: z.int(), distribution_method: z.string(), payloads: z.string() });
    const scope = z.looseObject({ all_computers: z.boolean(), computers: z.array(z.unknown()) });
    const shape = z.object({ os_x_configuration_profile: z.looseObject({ general, scope }) });
    await get(call, `${profiles}/id/${profile?.id ?? 0}`, shape);
    expect(problems).toEqual([]);
  });

  it('dbankscard/jamf-mcp-server and PixarAnimationStudios/ruby-jss', async () => {
    const call = await signedIn('/api/oauth/token', JSON_HEADERS);
    await get(call, '/api/v1/computers-inventory', page, { 'page-size': '1' });
    const filter = 'general.name=="*a*"';
    await get(call, '/api/v1/computers-inventory', page, { 'page-size': '100', filter });
    const match = `/JSSResource/computers/match/*${mac.serialNumber.slice(2, 6)}*`;
    const found = listed.extend({ serial_number: z.string(), email: z.string() });
    await get(call, match, z.object({ computers: z.array(found).min(1) }));
    const account = z.looseObject({ account: z.looseObject({ username: z.string() }) });
    await get(call, '/api/v1/auth', account);
    await get(call, '/api/auth', account);
    const schema = z.looseObject({ info: z.looseObject({ version: z.string() }) });
    await get(simulator.anonymous, '/api/schema', schema);
    expect(problems).toEqual([]);
  });
});

/** The subsets of `/computers`, and the element of each. */
const SUBSETS: Readonly<Record<string, keyof typeof classicComputer.shape>> = {
  General: 'general',
  Location: 'location',
  Purchasing: 'purchasing',
  Peripherals: 'peripherals',
  Hardware: 'hardware',
  Certificates: 'certificates',
  Security: 'security',
  Software: 'software',
  ExtensionAttributes: 'extension_attributes',
  GroupsAccounts: 'groups_accounts',
  iPhones: 'iphones',
  ConfigurationProfiles: 'configuration_profiles',
};
