import { Router } from 'express';
import type { Webhook, WebhookSettings } from '../../world/webhook-model.js';
import type { Backend } from '../backend.js';
import { requires } from '../auth/guard.js';
import { PRIVILEGES } from '../auth/privileges.js';
import { ClassicFailure } from '../errors.js';
import { list, sendClassic, sendWritten, type ClassicObject } from '../render/classic.js';
import { text, type XmlElement } from '../render/xml.js';
import { byIdOrName, findObject, flag, given, integer, readXml, remember } from './read.js';

const ROOT = 'webhook';

/** Authentication types of the Jamf Pro user interface. The Classic API schema does not list the last two. */
const AUTHENTICATION = ['NONE', 'BASIC', 'HEADER', 'HASH_SIGNATURE', 'MTLS'] as const;
/** Minimum length of the secret of HASH_SIGNATURE. Source: Terraform provider of Jamf. */
const MIN_SECRET_LENGTH = 16;

/** Documented event names. The Classic API schema lists fewer. */
const EVENTS: ReadonlySet<string> = new Set([
  'ComputerAdded',
  'ComputerCheckIn',
  'ComputerInventoryCompleted',
  'ComputerPatchPolicyCompleted',
  'ComputerPolicyFinished',
  'ComputerPushCapabilityChanged',
  'DeviceAddedToDEP',
  'DeviceRateLimited',
  'JSSShutdown',
  'JSSStartup',
  'MobileDeviceCheckIn',
  'MobileDeviceCommandCompleted',
  'MobileDeviceEnrolled',
  'MobileDeviceInventoryCompleted',
  'MobileDevicePushSent',
  'MobileDeviceUnEnrolled',
  'PatchSoftwareTitleUpdated',
  'PushSent',
  'RestAPIOperation',
  'SCEPChallenge',
  'SmartGroupComputerMembershipChange',
  'SmartGroupMobileDeviceMembershipChange',
  'SmartGroupUserMembershipChange',
]);

/** Classic API routes of webhooks. The simulator delivers their events over HTTP. Jamf Pro has no other API for webhooks. */
export function webhookRoutes({ world }: Backend): Router {
  const router = Router();
  const { create, read, update, delete: remove } = PRIVILEGES.webhooks;

  router.get('/webhooks', requires(read), (req, res) => {
    const all = world.webhooks.all().map(({ id, name }) => ({ id, name }));
    sendClassic(req, res, 'webhooks', list(ROOT, all, { size: true }));
  });

  router.get(byIdOrName('webhooks'), requires(read), (req, res) => {
    sendClassic(req, res, ROOT, render(findObject(req, world.webhooks)));
  });

  router.post('/webhooks/id/:id', requires(create), (req, res) => {
    const settings = settingsOf(readXml(req, ROOT));
    const { name, url, event } = settings;
    if (!name || !url || !event) throw new ClassicFailure(409, 'Name, url and event are required');
    const webhook = world.webhooks.create({ ...settings, name, url, event });
    remember(req, webhook);
    sendWritten(res, ROOT, webhook.id);
  });

  router.put(byIdOrName('webhooks'), requires(update), (req, res) => {
    const { id } = findObject(req, world.webhooks);
    world.webhooks.update(id, settingsOf(readXml(req, ROOT)));
    sendWritten(res, ROOT, id);
  });

  router.delete(byIdOrName('webhooks'), requires(remove), (req, res) => {
    const { id } = findObject(req, world.webhooks);
    world.webhooks.delete(id);
    sendClassic(req, res, ROOT, { id });
  });

  return router;
}

/** Settings of a request body. Missing or misspelled elements are ignored. Throws 409 for an invalid value. */
function settingsOf(body: XmlElement): Partial<WebhookSettings> {
  const settings = readSettings(body);
  if (
    settings.authenticationType === 'HASH_SIGNATURE' &&
    (settings.password ?? '').length < MIN_SECRET_LENGTH
  )
    throw new ClassicFailure(409, `The secret must be at least ${MIN_SECRET_LENGTH} characters`);
  return settings;
}

function readSettings(body: XmlElement): Partial<WebhookSettings> {
  const event = text(body, 'event');
  if (event !== undefined && !EVENTS.has(event)) throw new ClassicFailure(409, 'Invalid event');
  return given({
    name: text(body, 'name'),
    enabled: flag(body, 'enabled'),
    url: text(body, 'url'),
    contentType: oneOf(body, 'content_type', ['text/xml', 'application/json'] as const),
    event,
    connectionTimeoutS: seconds(body, 'connection_timeout'),
    readTimeoutS: seconds(body, 'read_timeout'),
    authenticationType: oneOf(body, 'authentication_type', AUTHENTICATION),
    username: text(body, 'username'),
    password: text(body, 'password'),
    header: text(body, 'header'),
    hashAlgorithm: oneOf(body, 'hash_algorithm', ['SHA256', 'SHA512'] as const),
    smartGroupId: integer(body, 'smart_group_id'),
  });
}

function oneOf<Value extends string>(
  body: XmlElement,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const given = text(body, name);
  if (given === undefined || given === '') return undefined;
  const found = values.find((value) => value === given);
  if (!found) throw new ClassicFailure(409, `Invalid ${name}`);
  return found;
}

/** A timeout of 1 to 15 seconds; otherwise 409. Source: Terraform provider of Jamf. */
function seconds(body: XmlElement, name: string): number | undefined {
  const value = integer(body, name);
  if (value !== undefined && (value < 1 || value > 15)) throw new ClassicFailure(409, `Invalid ${name}`);
  return value;
}

/**
 * A webhook in responses. Jamf Pro hides the password, but returns the header with its secret. Source: Terraform
 * provider of Jamf.
 */
function render(webhook: Webhook): ClassicObject {
  return {
    id: webhook.id,
    name: webhook.name,
    enabled: webhook.enabled,
    url: webhook.url,
    content_type: webhook.contentType,
    event: webhook.event,
    connection_timeout: webhook.connectionTimeoutS,
    read_timeout: webhook.readTimeoutS,
    authentication_type: webhook.authenticationType,
    username: webhook.username,
    password: webhook.password === '' ? '' : '********************',
    ...(webhook.authenticationType === 'HEADER' ? { header: webhook.header } : {}),
    ...(webhook.authenticationType === 'HASH_SIGNATURE' ? { hash_algorithm: webhook.hashAlgorithm } : {}),
    ...(webhook.event.startsWith('SmartGroup') ? { smart_group_id: webhook.smartGroupId } : {}),
    enable_display_fields_for_group_object: false,
    display_fields: list('display_field', [], { size: true }),
  };
}
