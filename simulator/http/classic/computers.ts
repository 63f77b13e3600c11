import { Router, type Request } from 'express';
import type { Computer } from '../../world/model.js';
import type { Backend } from '../backend.js';
import { callOf } from '../call.js';
import { requires } from '../auth/guard.js';
import { PRIVILEGES } from '../auth/privileges.js';
import { ClassicFailure } from '../errors.js';
import { list, sendClassic, type ClassicObject, type ClassicValue } from '../render/classic.js';
import { certificate, general, hardware, location } from './computer-parts.js';
import { remember } from './read.js';

/** IDs of the built-in profiles of every managed Mac; they are negative. Source: observed responses of Jamf Pro 10.42. */
const BUILT_IN_PROFILES: readonly number[] = [-2, -27];

type Subset = (backend: Backend, computer: Computer, node: number) => ClassicValue;

/** Subset name in the path → element name in the response and its content. */
const SUBSETS: Readonly<Record<string, readonly [element: string, render: Subset]>> = {
  General: ['general', (_backend, computer) => general(computer)],
  Location: ['location', (_backend, computer) => location(computer)],
  Purchasing: ['purchasing', () => ({ is_purchased: true, is_leased: false, vendor: '' })],
  Peripherals: ['peripherals', () => list('peripheral', [], { size: true })],
  Hardware: ['hardware', (_backend, computer) => hardware(computer)],
  Certificates: [
    'certificates',
    ({ world }, { id }) =>
      list('certificate', (world.inventoryOf(id)?.certificates ?? []).map(certificate), { size: true }),
  ],
  Software: ['software', () => ({ applications: list('application', [], { size: true }) })],
  ExtensionAttributes: ['extension_attributes', () => list('extension_attribute', [])],
  GroupsAccounts: [
    'groups_accounts',
    ({ cluster }, { id }, node) => ({
      computer_group_memberships: list(
        'group',
        cluster.groupsOf(node, id).map(({ name }) => name),
      ),
      local_accounts: list('user', []),
    }),
  ],
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
  const router = Router();
  const read = requires(PRIVILEGES.computers.read);

  router.get('/computers', read, (req, res) => {
    const all = backend.world.computers.all().map(({ id, name }) => ({ id, name }));
    sendClassic(req, res, 'computers', list('computer', all, { size: true }));
  });

  router.get('/computers/id/:id', read, (req, res) => {
    const computer = findComputer(backend, req);
    sendClassic(req, res, 'computer', render(backend, req, computer, Object.keys(SUBSETS)));
  });

  router.get('/computers/id/:id/subset/:subset', read, (req, res) => {
    const computer = findComputer(backend, req);
    const requested = String(req.params['subset'])
      .split('&')
      .map((name) => name.toLowerCase());
    const names = Object.keys(SUBSETS).filter((name) => requested.includes(name.toLowerCase()));
    if (names.length === 0) throw new ClassicFailure(400, 'Bad Request');
    sendClassic(req, res, 'computer', render(backend, req, computer, names));
  });

  return router;
}

/** The computer with the ID in the path, recorded for the RestAPIOperation event. Throws 404. */
export function findComputer({ world }: Backend, req: Request): Computer {
  const id = String(req.params['id']);
  const computer = /^\d+$/.test(id) ? world.computers.get(Number(id)) : undefined;
  if (!computer) throw new ClassicFailure(404, 'Not Found');
  return remember(req, computer);
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
