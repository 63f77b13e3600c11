import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENTS } from '../../../src/webhooks/recognise/event-types.js';
import { formatOf, parseBody } from '../../../src/webhooks/recognise/parse.js';
import { recognizeEvent } from '../../../src/webhooks/recognise/recognise.js';

const folder = new URL('../../fixtures/webhooks/', import.meta.url);
const AT = 1780529995879;

const ada = { id: '61', udid: '5F0C7A5E-0000-4000-8000-0000000000C1', serialNumber: 'FVFC1TEST001' };
const touch = { does: 'touch', computer: ada };
const look = (reason: string, later = false) => ({ does: 'hint', computer: ada, reason, later });
const none = { does: 'none' };

/** The expected result for each fixture, in JSON and in XML. `at` defaults to AT. */
const expected: Record<string, { event: string; effect: object; at?: number | null }> = {
  'ComputerAdded.today': { event: 'ComputerAdded', effect: look('added', true) },
  'ComputerAdded.old': { event: 'ComputerAdded', effect: look('added', true), at: null },
  'ComputerCheckIn.today': { event: 'ComputerCheckIn', effect: touch },
  'ComputerCheckIn.documented': { event: 'ComputerCheckIn', effect: touch },
  'ComputerCheckIn.flat': { event: 'ComputerCheckIn', effect: touch, at: null },
  'ComputerCheckIn.enrolment': { event: 'ComputerCheckIn', effect: look('enrolled', true) },
  'ComputerInventoryCompleted.today': { event: 'ComputerInventoryCompleted', effect: look('inventory') },
  'ComputerInventoryCompleted.seconds': {
    event: 'ComputerInventoryCompleted',
    effect: look('inventory'),
    at: 1780529995000,
  },
  'ComputerInventoryCompleted.old': {
    event: 'ComputerInventoryCompleted',
    effect: look('inventory'),
    at: null,
  },
  'ComputerInventoryCompleted.serial-only': {
    event: 'ComputerInventoryCompleted',
    effect: { ...look('inventory'), computer: { id: null, udid: '', serialNumber: ada.serialNumber } },
  },
  'ComputerPatchPolicyCompleted.today': { event: 'ComputerPatchPolicyCompleted', effect: touch },
  'ComputerPolicyFinished.today': { event: 'ComputerPolicyFinished', effect: touch },
  'ComputerPolicyFinished.flat': { event: 'ComputerPolicyFinished', effect: touch, at: null },
  'ComputerPushCapabilityChanged.today': { event: 'ComputerPushCapabilityChanged', effect: look('push') },
  'DeviceAddedToDEP.today': { event: 'DeviceAddedToDEP', effect: none },
  'DeviceRateLimited.today': { event: 'DeviceRateLimited', effect: none },
  'JSSShutdown.today': { event: 'JSSShutdown', effect: { does: 'hold', holdMs: 30_000 } },
  'JSSStartup.today': { event: 'JSSStartup', effect: { does: 'hold', holdMs: 0 } },
  'MobileDeviceCheckIn.today': { event: 'MobileDeviceCheckIn', effect: none },
  'MobileDeviceCommandCompleted.today': { event: 'MobileDeviceCommandCompleted', effect: none },
  'MobileDeviceEnrolled.today': { event: 'MobileDeviceEnrolled', effect: none },
  'MobileDeviceInventoryCompleted.today': { event: 'MobileDeviceInventoryCompleted', effect: none },
  'MobileDevicePushSent.today': { event: 'MobileDevicePushSent', effect: none },
  'MobileDeviceUnEnrolled.today': { event: 'MobileDeviceUnEnrolled', effect: none },
  'PatchSoftwareTitleUpdated.today': { event: 'PatchSoftwareTitleUpdated', effect: none },
  'PushSent.today': { event: 'PushSent', effect: none },
  'PushSent.number': { event: 'PushSent', effect: none },
  'PushSent.old': { event: 'PushSent', effect: none, at: null },
  'RestAPIOperation.today': { event: 'RestAPIOperation', effect: none },
  'RestAPIOperation.deleted': {
    event: 'RestAPIOperation',
    effect: { does: 'hints', computerIds: ['61'], reason: 'deleted' },
  },
  'SCEPChallenge.today': { event: 'SCEPChallenge', effect: none },
  'SmartGroupComputerMembershipChange.today': {
    event: 'SmartGroupComputerMembershipChange',
    effect: { does: 'hints', computerIds: ['61', '62', '63'], reason: 'smart-group' },
  },
  'SmartGroupComputerMembershipChange.one': {
    event: 'SmartGroupComputerMembershipChange',
    effect: { does: 'hints', computerIds: ['61'], reason: 'smart-group' },
  },
  'SmartGroupComputerMembershipChange.empty': { event: 'SmartGroupComputerMembershipChange', effect: none },
  'SmartGroupMobileDeviceMembershipChange.today': {
    event: 'SmartGroupMobileDeviceMembershipChange',
    effect: none,
  },
  'SmartGroupUserMembershipChange.today': { event: 'SmartGroupUserMembershipChange', effect: none },
  'unknown.today': { event: 'ComputerDreamt', effect: none },
};

function read(file: string): unknown {
  const contentType = file.endsWith('.xml') ? 'text/xml' : 'application/json';
  return parseBody(readFileSync(new URL(file, folder), 'utf8'), formatOf({ 'content-type': contentType }));
}

describe('the events of several versions of Jamf Pro', () => {
  const files = readdirSync(folder);

  it('have a fixture in JSON and in XML', () => {
    expect(files.sort()).toEqual(
      Object.keys(expected)
        .flatMap((name) => [`${name}.json`, `${name}.xml`])
        .sort(),
    );
    const seen = new Set(Object.values(expected).map(({ event }) => event));
    expect(Object.keys(EVENTS).filter((event) => !seen.has(event))).toEqual([]);
  });

  it.each(files)('%s', (file) => {
    const { event, effect, at = AT } = expected[file.replace(/\.(json|xml)$/, '')] ?? {};
    expect(recognizeEvent(read(file))).toEqual({
      event,
      known: event !== 'ComputerDreamt',
      at,
      webhookId: '4',
      effect,
    });
  });
});

const recogniseJson = (value: unknown) => recognizeEvent(JSON.parse(JSON.stringify(value)));
const inventory = (event: unknown, webhook: object = {}) =>
  recogniseJson({ webhook: { webhookEvent: 'ComputerInventoryCompleted', ...webhook }, event });

describe('lenient reading', () => {
  it.each(['ENROLLMENT COMPLETE', 'Enrollment Complete', 'EnrollmentComplete', 'enrollment_complete'])(
    'reads the trigger %s as an enrollment',
    (trigger) => {
      for (const webhookEvent of ['ComputerCheckIn', 'COMPUTERCHECKIN', 'Computer Check-In'])
        expect(
          recogniseJson({ webhook: { webhookEvent }, event: { computer: { jssID: 6 }, trigger } }),
        ).toMatchObject({ event: 'ComputerCheckIn', effect: { does: 'hint', reason: 'enrolled' } });
    },
  );

  it('accepts event names in upper and lower case, with spaces around them', () => {
    expect(inventory({ jssID: 6 }, { webhookEvent: ' COMPUTERinventoryCOMPLETED ' })).toMatchObject({
      event: 'ComputerInventoryCompleted',
      known: true,
    });
  });

  it.each([
    [6, '6'],
    ['6', '6'],
    [' 6 ', '6'],
    [123456789012345, '123456789012345'],
  ])('accepts the ID %j', (jssID, id) => {
    expect(inventory({ jssID })).toMatchObject({ effect: { computer: { id } } });
  });

  it.each([-1, 0, 1.5, '', 'six', null, true, [6], { id: 6 }, '6; DROP', 1e21, '1'.repeat(16)])(
    'does not accept %j as an ID',
    (jssID) => {
      expect(inventory({ jssID, udid: 'U' })).toMatchObject({
        effect: { computer: { id: null, udid: 'U' } },
      });
    },
  );

  it.each([
    [1780529995879, 1780529995879],
    ['1780529995879', 1780529995879],
    [1780529995, 1780529995000],
    ['1780529995', 1780529995000],
    ['', null],
    [null, null],
    [-5, null],
    [0, null],
    [1e20, null],
    ['yesterday', null],
    [{}, null],
  ])('parses the time %j as %j', (eventTimestamp, at) => {
    expect(inventory({ jssID: 6 }, { eventTimestamp })).toMatchObject({ at });
  });

  it('accepts group IDs inside elements of any name', () => {
    const change = (groupAddedDevicesIds: unknown) =>
      recogniseJson({
        webhook: { webhookEvent: 'SmartGroupComputerMembershipChange' },
        event: { computer: 'true', groupAddedDevicesIds },
      }).effect;
    const both = { does: 'hints', computerIds: ['1', '2'], reason: 'smart-group' };
    expect(change([1, '2', 2])).toEqual(both);
    expect(change({ int: ['1', '2'] })).toEqual(both);
    expect(change([{ id: 1 }, { id: 2 }])).toEqual(both);
  });

  it.each(['enrollment complete', 'ENROLLMENT_COMPLETE', 'Enrollment-Complete ', 'ENROLLMENT COMPLETE'])(
    'reads the trigger %j of a check-in as an enrollment',
    (trigger) => {
      const webhook = { webhookEvent: 'ComputerCheckIn' };
      expect(recogniseJson({ webhook, event: { computer: { jssID: 6 }, trigger } }).effect).toMatchObject({
        does: 'hint',
        reason: 'enrolled',
      });
    },
  );

  it('accepts a deleted record only from a successful DELETE of a computer', () => {
    const operation = (event: object) =>
      recogniseJson({
        webhook: { webhookEvent: 'RestAPIOperation' },
        event: { objectID: 6, objectTypeName: 'computer', restAPIOperationType: 'DELETE', ...event },
      }).effect.does;
    expect(operation({ operationSuccessful: true })).toBe('hints');
    expect(operation({ operationSuccessful: 'false' })).toBe('none');
    expect(operation({ operationSuccessful: true, restAPIOperationType: 'PUT' })).toBe('none');
    expect(operation({ operationSuccessful: true, objectTypeName: 'policy' })).toBe('none');
    expect(operation({ operationSuccessful: true, objectID: 'x' })).toBe('none');
  });
});

describe('an invalid webhook', () => {
  it.each([null, 1, 'text', [], {}, { webhook: null }, { webhook: { webhookEvent: '' } }, { webhook: [] }])(
    '%j has no event name',
    (body) => {
      expect(() => recogniseJson(body)).toThrow('has no event name (webhook.webhookEvent)');
    },
  );

  it.each([undefined, null, '', [], 5, {}, { jssID: '', udid: ' ', serialNumber: null }])(
    'an event %j identifies no Mac',
    (event) => {
      expect(() => inventory(event)).toThrow('does not identify a Mac');
    },
  );
});

describe('the name of an unknown event', () => {
  it('is shortened and limited to plain characters, because it is written to logs and terminals', () => {
    const named = (webhookEvent: string) => recogniseJson({ webhook: { webhookEvent }, event: {} });
    expect(named('Computer.Dreamt:2-b_c')).toMatchObject({ event: 'Computer.Dreamt:2-b_c', known: false });
    expect(named('a\nERROR all is lost \u001b[2J\u202e<script>')).toMatchObject({
      event: 'a_ERROR_all_is_lost___2J__script_',
      known: false,
    });
    expect(named('x'.repeat(400)).event).toHaveLength(64);
    expect(named('💥'.repeat(400)).event).toMatch(/^_{32,64}$/);
  });
});
