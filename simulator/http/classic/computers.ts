import { Router, type Request } from 'express';
import type { Computer } from '../../world/model.js';
import type { Backend } from '../backend.js';
import { callOf } from '../call.js';
import { requires } from '../auth/guard.js';
import { PRIVILEGES } from '../auth/privileges.js';
import { ClassicFailure } from '../errors.js';
import { list, sendClassic, type ClassicObject, type ClassicValue } from '../render/classic.js';
import { hardware, purchasing, security, software } from './computer-hardware.js';
import { basic, certificate, general, location, matched } from './computer-parts.js';
import { findComputer, requestedSubsets } from './find-computer.js';

/** IDs of the built-in profiles of every managed Mac; they are negative. Source: observed responses of Jamf Pro 10.42. */
const BUILT_IN_PROFILES: readonly number[] = [-2, -27];

type Subset = (backend: Backend, computer: Computer, node: number) => ClassicValue;

/** Subset name in the path → element name in the response and its content. */
const SUBSETS: Readonly<Record<string, readonly [element: string, render: Subset]>> = {
  General: ['general', (_backend, computer) => general(computer)],
  Location: ['location', (_backend, computer) => location(computer)],
  Purchasing: ['purchasing', purchasing],
  Peripherals: ['peripherals', () => list('peripheral', [], { size: true })],
  Hardware: ['hardware', (_backend, computer) => hardware(computer)],
  Certificates: [
    'certificates',
    ({ world }, { id }) =>
      list('certificate', (world.inventoryOf(id)?.certificates ?? []).map(certificate), { size: true }),
  ],
  Security: ['security', security],
  Software: ['software', software],
  ExtensionAttributes: ['extension_attributes', () => list('extension_attribute', [])],
  GroupsAccounts: [
    'groups_accounts',
    ({ cluster }, { id }, node) => ({
      computer_group_memberships: list(
        'group',
        cluster.groupsOf(node, id).map(({ name }) => name),
      ),
      local_accounts: list('user', []),
      user_inventories: { disable_automatic_login: true },
    }),
  ],
  iPhones: ['iphones', () => list('iphone', [], { size: true })],
  ConfigurationProfiles: [
    'configuration_profiles',
    ({ world }, { id, managed }) => {
      const reported = world.inventoryOf(id)?.configurationProfiles.map((profile) => profile.id) ?? [];
      const ids = [...(managed ? BUILT_IN_PROFILES : []), ...reported];
      return list(
        'configuration_profile',
        ids.map((profileId) => ({ id: profileId, name: '', uuid: '', is_removable: false })),
        { size: true },
      );
    },
  ],
};

/** Read-only Classic API routes of computers, complete or by subset. Deprecated since 2025-02-11 and still served. */
export function classicComputerRoutes(backend: Backend): Router {
  const { world } = backend;
  const router = Router();
  const read = requires(PRIVILEGES.computers.read);
  const listed = (entries: ClassicObject[]) => list('computer', entries, { size: true });

  router.get('/computers', read, (req, res) => {
    sendClassic(req, res, 'computers', listed(world.computers.all().map(({ id, name }) => ({ id, name }))));
  });

  router.get('/computers/subset/:subset', read, (req, res) => {
    if (requestedSubsets(req).join() !== 'basic') throw new ClassicFailure(400, 'Bad Request');
    sendClassic(req, res, 'computers', listed(world.computers.all().map(basic)));
  });

  router.get('/computers/match/:match', read, (req, res) => {
    const matches = matcher(String(req.params['match']));
    sendClassic(req, res, 'computers', listed(world.computers.all().filter(matches).map(matched)));
  });

  router.get('/computers/:by/:value', read, (req, res) => {
    const computer = findComputer(backend, req);
    sendClassic(req, res, 'computer', render(backend, req, computer, Object.keys(SUBSETS)));
  });

  router.get('/computers/:by/:value/subset/:subset', read, (req, res) => {
    const computer = findComputer(backend, req);
    const requested = requestedSubsets(req);
    const names = Object.keys(SUBSETS).filter((name) => requested.includes(name.toLowerCase()));
    if (names.length === 0) throw new ClassicFailure(400, 'Bad Request');
    sendClassic(req, res, 'computer', render(backend, req, computer, names));
  });

  return router;
}

/** The search of `/computers/match`: `*` stands for any text, in the properties that Jamf Pro searches. */
function matcher(pattern: string): (computer: Computer) => boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${escaped.join('.*')}$`, 'is');
  return ({ name, udid, serialNumber, macAddress, alternateMacAddress, owner }) =>
    [name, udid, serialNumber, macAddress, alternateMacAddress, owner.username, owner.realName, owner.email]
      .filter((text) => text !== '')
      .some((text) => expression.test(text));
}

function render(
  backend: Backend,
  req: Request,
  computer: Computer,
  subsets: readonly string[],
): ClassicObject {
  const answer: ClassicObject = {};
  for (const name of subsets) {
    const subset = SUBSETS[name];
    if (subset) answer[subset[0]] = subset[1](backend, computer, callOf(req).node);
  }
  return answer;
}
