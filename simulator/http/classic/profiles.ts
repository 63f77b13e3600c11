import { Router } from 'express';
import type { Profile } from '../../world/model.js';
import type { ProfileSettings, World } from '../../world/world.js';
import type { Backend } from '../backend.js';
import { callOf } from '../call.js';
import { requires } from '../auth/guard.js';
import { PRIVILEGES } from '../auth/privileges.js';
import { ClassicFailure } from '../errors.js';
import { list, sendClassic, sendWritten, type ClassicObject } from '../render/classic.js';
import { child, text, type XmlElement } from '../render/xml.js';
import { byIdOrName, findObject, flag, given, readXml, remember } from './read.js';
import { createPayloadDamage } from './payload-damage.js';
import { readScope, renderScope } from './scope.js';

const ROOT = 'os_x_configuration_profile';
const METHODS: readonly Profile['distributionMethod'][] = [
  'Install Automatically',
  'Make Available in Self Service',
];
const SUBSETS: Readonly<Record<string, string>> = {
  general: 'general',
  scope: 'scope',
  selfservice: 'self_service',
};

/**
 * Classic API routes of macOS configuration profiles. GET returns the SCEP challenge in clear text, as Jamf Pro does. PUT changes only
 * the given sections. Elements that are misspelled or out of order are ignored, and the response is still 2xx.
 */
export function profileRoutes(backend: Backend): Router {
  const { world, cluster } = backend;
  const router = Router();
  const { create, read, update, delete: remove } = PRIVILEGES.profiles;
  const payloads = createPayloadDamage();

  router.get('/osxconfigurationprofiles', requires(read), (req, res) => {
    const all = world.profiles.all().map(({ id, name }) => ({ id, name }));
    sendClassic(req, res, 'os_x_configuration_profiles', list(ROOT, all, { size: true }));
  });

  router.get(byIdOrName('osxconfigurationprofiles'), requires(read), (req, res) => {
    const profile = findObject(req, world.profiles);
    sendClassic(req, res, ROOT, render(world, profile, payloads.read(profile)));
  });

  router.get('/osxconfigurationprofiles/id/:id/subset/:subset', requires(read), (req, res) => {
    const profile = findObject(req, world.profiles);
    const whole = render(world, profile, payloads.read(profile));
    const requested = String(req.params['subset'])
      .toLowerCase()
      .split('&')
      .map((name) => SUBSETS[name]);
    const kept = Object.entries(whole).filter(([name]) => requested.includes(name));
    if (kept.length === 0) throw new ClassicFailure(400, 'Bad Request');
    sendClassic(req, res, ROOT, Object.fromEntries(kept));
  });

  router.post('/osxconfigurationprofiles/id/:id', requires(create), (req, res) => {
    const body = readXml(req, ROOT);
    const { settings } = settingsOf(world, body);
    const { name } = settings;
    if (!name) throw new ClassicFailure(409, 'Name is required');
    const uuid = text(child(body, 'general'), 'uuid');
    const profile = cluster.write(callOf(req).node, null, () =>
      world.profiles.create({ ...settings, name, ...given({ uuid }) }),
    );
    remember(req, profile);
    sendWritten(res, ROOT, profile.id);
  });

  router.put(byIdOrName('osxconfigurationprofiles'), requires(update), (req, res) => {
    const profile = findObject(req, world.profiles);
    const body = readXml(req, ROOT);
    const { settings, ordered } = settingsOf(world, body);
    if (settings.payloads !== undefined) payloads.save(profile.id, settings.payloads);
    cluster.write(callOf(req).node, null, () => {
      world.profiles.update(profile.id, settings);
      // The setting applies once and can only be written: GET always returns Newly Assigned.
      if (text(child(body, 'general'), 'redeploy_on_update') === 'All') {
        world.profiles.redeployAll(profile.id);
      }
    });
    sendWritten(res, ROOT, profile.id, ordered ? 201 : 200);
  });

  router.delete(byIdOrName('osxconfigurationprofiles'), requires(remove), (req, res) => {
    const { id } = findObject(req, world.profiles);
    cluster.write(callOf(req).node, null, () => world.profiles.delete(id));
    sendClassic(req, res, ROOT, { id });
  });

  return router;
}

/** Settings of a request body. The level is written as Computer or User and read as System or User. An ID in the body is ignored. */
function settingsOf(world: World, body: XmlElement): { settings: ProfileSettings; ordered: boolean } {
  const general = child(body, 'general');
  const level = text(general, 'level')?.toLowerCase();
  const method = text(general, 'distribution_method');
  const scopeElement = 'scope' in body ? (child(body, 'scope') ?? {}) : null;
  const { scope, ordered } = scopeElement
    ? readScope(world, scopeElement)
    : { scope: undefined, ordered: true };
  const settings = given({
    name: text(general, 'name'),
    description: text(general, 'description'),
    level: level === 'computer' ? ('System' as const) : level === 'user' ? ('User' as const) : undefined,
    distributionMethod: METHODS.find((one) => one === method),
    userRemovable: flag(general, 'user_removable'),
    payloads: text(general, 'payloads'),
    scope,
  });
  return { settings, ordered };
}

function render(world: World, profile: Profile, payloads: string): ClassicObject {
  return {
    general: {
      id: profile.id,
      name: profile.name,
      description: profile.description,
      site: { id: -1, name: 'None' },
      category: { id: -1, name: 'No category assigned' },
      distribution_method: profile.distributionMethod,
      user_removable: profile.userRemovable,
      level: profile.level,
      uuid: profile.uuid,
      redeploy_on_update: 'Newly Assigned',
      payloads,
    },
    scope: renderScope(world, profile.scope),
    self_service: {
      install_button_text: 'Install',
      self_service_description: '',
      force_users_to_view_description: false,
      self_service_icon: {},
      feature_on_main_page: false,
      self_service_categories: list('category', []),
      notification: '',
      notification_subject: '',
      notification_message: '',
    },
  };
}
