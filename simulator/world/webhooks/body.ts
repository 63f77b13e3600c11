import type { Computer, ComputerGroup } from '../model.js';
import type { CheckInTrigger, Webhook, WorldEvent } from '../webhook-model.js';
import { spell, type Spelling } from '../spelling.js';
import { toXml, type BodyValue } from './xml.js';

type Body = Record<string, BodyValue>;

/** Data from which webhook bodies are created. */
export interface BodyFacts {
  computer(id: number): Computer | undefined;
  group(id: number): ComputerGroup | undefined;
  baseUrl(): string;
  institution: string;
}

/**
 * The computer object in a webhook of Jamf Pro 11. It contains the reported address under two names: the documented
 * `reportedIpAddress`, and `reportedIpV4Address`, which was observed in deliveries.
 */
function computerBody(computer: Computer): Body {
  const { owner } = computer;
  return {
    udid: computer.udid,
    deviceName: computer.name,
    model: computer.model,
    macAddress: computer.macAddress,
    alternateMacAddress: computer.alternateMacAddress,
    serialNumber: computer.serialNumber,
    osVersion: computer.osVersion,
    osBuild: computer.osBuild,
    userDirectoryID: '-1',
    username: owner.username,
    realName: owner.realName,
    emailAddress: owner.email,
    phone: owner.phone,
    position: owner.position,
    department: owner.department,
    building: owner.building,
    room: owner.room,
    ipAddress: computer.ipAddress,
    reportedIpAddress: computer.reportedIpV4Address,
    reportedIpV4Address: computer.reportedIpV4Address,
    reportedIpV6Address: '',
    jssID: computer.id,
    managementId: computer.managementId,
  };
}

/** Check-in triggers as observed in deliveries. The documentation writes them in lower case, such as `recurring`. */
const TRIGGERS: Readonly<Record<CheckInTrigger, string>> = {
  startup: 'STARTUP',
  login: 'LOGIN',
  logout: 'LOGOUT',
  'network change': 'NETWORK_CHANGE',
  'enrollment complete': 'ENROLLMENT_COMPLETE',
  recurring: 'CLIENT_CHECKIN',
};

/** The `event` object of a webhook; `null` if its computer no longer exists. */
export function eventBody(event: WorldEvent, facts: BodyFacts): Body | null {
  const about = 'computerId' in event ? facts.computer(event.computerId) : undefined;
  if ('computerId' in event && !about) return null;
  const computer = about ? computerBody(about) : {};
  switch (event.name) {
    case 'ComputerAdded':
    case 'ComputerInventoryCompleted':
    case 'ComputerPushCapabilityChanged':
      return computer;
    case 'ComputerCheckIn':
      return { computer, trigger: TRIGGERS[event.trigger], username: about?.owner.username ?? '' };
    case 'ComputerPolicyFinished':
      return { computer, policyId: event.policyId, successful: event.successful };
    case 'PushSent':
      return { managementId: event.managementId, type: event.type };
    case 'SmartGroupComputerMembershipChange':
      return {
        computer: true,
        smartGroup: true,
        name: facts.group(event.groupId)?.name ?? '',
        jssid: event.groupId,
        groupAddedDevices: [],
        groupAddedDevicesIds: event.added,
        groupRemovedDevices: [],
        groupRemovedDevicesIds: event.removed,
      };
    case 'JSSStartup':
    case 'JSSShutdown':
      return {
        hostAddress: '127.0.0.1',
        institution: facts.institution,
        isClusterMaster: true,
        jssUrl: `${facts.baseUrl()}/`,
        webApplicationPath: '/usr/local/jss/tomcat/webapps/ROOT',
      };
    case 'RestAPIOperation':
      return { ...event.operation };
  }
}

/** The complete webhook body in the content type of the webhook. */
export function renderBody(
  webhook: Webhook,
  event: WorldEvent,
  { body, words }: { body: Body; words: Spelling },
): string {
  const { id, name } = webhook;
  const envelope = { id, name, webhookEvent: spell(event.name, words), eventTimestamp: event.at };
  const spelled =
    event.name === 'ComputerCheckIn' ? { ...body, trigger: spell(TRIGGERS[event.trigger], words) } : body;
  const whole = { webhook: envelope, event: spelled };
  return webhook.contentType === 'application/json' ? JSON.stringify(whole) : toXml('JSSEvent', whole);
}
