import { Router } from 'express';
import type { Command, Computer } from '../../world/model.js';
import type { World } from '../../world/world.js';
import type { Backend } from '../backend.js';
import { callOf } from '../call.js';
import { requires } from '../auth/guard.js';
import { PRIVILEGES } from '../auth/privileges.js';
import { ClassicFailure } from '../errors.js';
import { list, sendClassic, type ClassicObject, type ClassicValue } from '../render/classic.js';
import { findComputer, requestedSubsets } from './find-computer.js';
import { localTime, utc } from './read.js';

const EMPTY_SUBSETS: Readonly<Record<string, readonly [element: string, item: string]>> = {
  ComputerUsageLogs: ['computer_usage_logs', 'usage_log'],
  Audits: ['audits', 'audit'],
  PolicyLogs: ['policy_logs', 'policy_log'],
  CasperRemoteLogs: ['casper_remote_logs', 'casper_remote_log'],
  ScreenSharingLogs: ['screen_sharing_logs', 'screen_sharing_log'],
  CasperImagingLogs: ['casper_imaging_logs', 'casper_imaging_log'],
  UserLocation: ['user_location', 'location'],
};

/** Classic API routes of the computer history: commands grouped by status, with the names of the Jamf Pro user interface. */
export function historyRoutes(backend: Backend): Router {
  const router = Router();
  const read = requires(PRIVILEGES.computers.read);
  const names = ['General', 'Commands', ...Object.keys(EMPTY_SUBSETS)];

  router.get('/computerhistory/:by/:value', read, (req, res) => {
    const computer = findComputer(backend, req);
    sendClassic(req, res, 'computer_history', render(backend, callOf(req).node, computer, names));
  });

  router.get('/computerhistory/:by/:value/subset/:subset', read, (req, res) => {
    const computer = findComputer(backend, req);
    const requested = requestedSubsets(req);
    const subsets = names.filter((name) => name === 'General' || requested.includes(name.toLowerCase()));
    if (subsets.length === 1 && !requested.includes('general')) throw new ClassicFailure(400, 'Bad Request');
    sendClassic(req, res, 'computer_history', render(backend, callOf(req).node, computer, subsets));
  });

  return router;
}

function render(
  backend: Backend,
  node: number,
  computer: Computer,
  subsets: readonly string[],
): ClassicObject {
  const answer: Record<string, ClassicValue> = {};
  for (const name of subsets) {
    const empty = EMPTY_SUBSETS[name];
    if (name === 'General') answer['general'] = general(computer);
    else if (name === 'Commands') answer['commands'] = commands(backend, node, computer);
    else if (empty) answer[empty[0]] = list(empty[1], []);
  }
  return answer;
}

const general = (computer: Computer): ClassicObject => ({
  id: computer.id,
  name: computer.name,
  udid: computer.udid,
  serial_number: computer.serialNumber,
  mac_address: computer.macAddress,
});

function commands({ world, cluster }: Backend, node: number, { id }: Computer): ClassicObject {
  const { completed, failed, pending } = world.commands.history(id);
  const known = cluster.commandsOn(node, [...completed, ...pending, ...failed]);
  const open = ({ state }: Command) => state === 'PENDING' || state === 'NOT_NOW';
  return {
    completed: list(
      'command',
      known
        .filter(({ state }) => state === 'ACKNOWLEDGED')
        .map((command) => ({
          name: displayName(world, command),
          ...instant('completed', command.completedAt ?? command.sentAt),
          username: '',
        })),
    ),
    pending: list(
      'command',
      known
        .filter(open)
        .map((command) => ({
          name: displayName(world, command),
          status: command.state === 'NOT_NOW' ? 'NotNow' : 'Pending',
          ...instant('issued', command.sentAt),
          ...instant('last_push', command.lastPushAt),
          username: '',
        })),
    ),
    failed: list(
      'command',
      known
        .filter(({ state }) => state === 'ERROR')
        .map((command) => ({
          name: displayName(world, command),
          status: command.error?.errorLocalizedDescription ?? 'Failed',
          ...instant('issued', command.sentAt),
          ...instant('failed', command.completedAt ?? command.sentAt),
        })),
    ),
  };
}

/** A time as local time, epoch and UTC. In the history, the specification defines epochs as strings. */
const instant = (name: string, at: number): ClassicObject => ({
  [name]: localTime(at),
  [`${name}_epoch`]: String(at),
  [`${name}_utc`]: utc(at),
});

/** Name of a command in the Jamf Pro user interface, such as `Install Configuration Profile X` or `CertificateList`. */
function displayName(world: World, { type, profileId }: Command): string {
  const profile = profileId === null ? '' : (world.profiles.get(profileId)?.name ?? '');
  if (type === 'INSTALL_PROFILE') return `Install Configuration Profile ${profile}`;
  if (type === 'REMOVE_PROFILE') return `Remove Configuration Profile ${profile}`;
  return type.toLowerCase().replace(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
