import { Router, type Request } from 'express';
import type { Computer, ComputerGroup, SmartGroupCriterion } from '../../world/model.js';
import type { World } from '../../world/world.js';
import type { Backend } from '../backend.js';
import { callOf } from '../call.js';
import { demand, requires } from '../auth/guard.js';
import { PRIVILEGES } from '../auth/privileges.js';
import { ClassicFailure } from '../errors.js';
import { list, sendClassic, sendWritten, type ClassicObject } from '../render/classic.js';
import { child, children, text, type XmlElement, type XmlValue } from '../render/xml.js';
import { byIdOrName, findObject, flag, integer, readXml, remember } from './read.js';

const ROOT = 'computer_group';

/**
 * Classic API routes of computer groups. A request with `computer_additions` or `computer_deletions` is applied
 * completely or not at all.
 */
export function classicGroupRoutes(backend: Backend): Router {
  const { world, cluster } = backend;
  const router = Router();
  const { staticGroups, smartGroups } = PRIVILEGES;

  router.get('/computergroups', requires(staticGroups.read, smartGroups.read), (req, res) => {
    const all = world.groups.all().map(({ id, name, smart }) => ({ id, name, is_smart: smart }));
    sendClassic(req, res, 'computer_groups', list(ROOT, all, { size: true }));
  });

  router.get(byIdOrName('computergroups'), (req, res) => {
    const group = find(backend, req, 'read');
    const members = cluster.membersOf(callOf(req).node, group.id);
    sendClassic(req, res, ROOT, render(world, group, members));
  });

  router.post('/computergroups/id/:id', (req, res) => {
    const body = readXml(req, ROOT);
    const smart = flag(body, 'is_smart') ?? false;
    demand(req, privilegesOf(smart).create);
    const name = text(body, 'name') ?? '';
    if (name === '') throw new ClassicFailure(409, 'Name is required');
    const group = smart
      ? world.groups.createSmart({ name, criteria: criteriaOf(body) })
      : world.groups.createStatic({ name, members: membersIn(world, child(body, 'computers')) });
    remember(req, group);
    sendWritten(res, ROOT, group.id);
  });

  router.put(byIdOrName('computergroups'), (req, res) => {
    const group = find(backend, req, 'update');
    const body = readXml(req, ROOT);
    const name = text(body, 'name');
    const sameName = name === undefined ? undefined : world.groups.byName(name);
    if (sameName && sameName.id !== group.id) throw new ClassicFailure(409, 'Duplicate name');
    cluster.write(callOf(req).node, group.id, () => {
      changeMembers(world, group, body);
      if (name !== undefined && name !== '') world.groups.rename(group.id, name);
    });
    sendWritten(res, ROOT, group.id);
  });

  router.delete(byIdOrName('computergroups'), (req, res) => {
    const { id } = find(backend, req, 'delete');
    world.groups.delete(id);
    sendClassic(req, res, ROOT, { id });
  });

  return router;
}

const privilegesOf = (smart: boolean) => (smart ? PRIVILEGES.smartGroups : PRIVILEGES.staticGroups);

function find({ world }: Backend, req: Request, verb: 'read' | 'update' | 'delete'): ComputerGroup {
  const group = findObject(req, world.groups);
  demand(req, privilegesOf(group.smart)[verb]);
  return group;
}

/** Resolves all computers before the first change, so that an unknown computer leaves the group unchanged. */
function changeMembers(world: World, group: ComputerGroup, body: XmlElement): void {
  const exactly = 'computers' in body ? membersIn(world, child(body, 'computers')) : null;
  const add = membersIn(world, child(body, 'computer_additions'));
  const remove = membersIn(world, child(body, 'computer_deletions'));
  if (exactly) world.groups.replaceMembers(group.id, exactly);
  if (add.length > 0 || remove.length > 0) world.groups.changeMembers(group.id, { add, remove });
}

/** IDs of computers referenced by ID, serial number, UDID or name. Throws 409 if one is unknown. */
function membersIn(world: World, parent: XmlElement | undefined): number[] {
  return children(parent, 'computer').map((entry) => {
    const found = match(world, entry);
    if (!found) throw new ClassicFailure(409, 'Unable to match computer');
    return found.id;
  });
}

function match({ computers }: World, entry: XmlValue): Computer | undefined {
  const id = integer(entry, 'id');
  if (id !== undefined) return computers.get(id);
  const serialNumber = text(entry, 'serial_number');
  if (serialNumber !== undefined) return computers.bySerialNumber(serialNumber);
  const udid = text(entry, 'udid');
  if (udid !== undefined) return computers.byUdid(udid);
  const name = text(entry, 'name');
  return name === undefined ? undefined : computers.all().find((one) => one.name === name);
}

function criteriaOf(body: XmlElement): SmartGroupCriterion[] {
  return children(child(body, 'criteria'), 'criterion').map((entry, index) => ({
    name: text(entry, 'name') ?? '',
    priority: integer(entry, 'priority') ?? index,
    andOr: text(entry, 'and_or') === 'or' ? 'or' : 'and',
    searchType: text(entry, 'search_type') ?? 'is',
    value: text(entry, 'value') ?? '',
  }));
}

function render(world: World, group: ComputerGroup, members: ReadonlySet<number>): ClassicObject {
  const computers = [...members]
    .map((id) => world.computers.get(id))
    .filter((computer) => computer !== undefined);
  return {
    id: group.id,
    name: group.name,
    is_smart: group.smart,
    site: { id: -1, name: 'None' },
    criteria: list('criterion', group.criteria.map(renderCriterion), { size: true }),
    computers: list(
      'computer',
      computers.map(({ id, name, macAddress, alternateMacAddress, serialNumber }) => ({
        id,
        name,
        mac_address: macAddress,
        alt_mac_address: alternateMacAddress,
        serial_number: serialNumber,
      })),
      { size: true },
    ),
  };
}

const renderCriterion = (criterion: SmartGroupCriterion): ClassicObject => ({
  name: criterion.name,
  priority: criterion.priority,
  and_or: criterion.andOr,
  search_type: criterion.searchType,
  value: criterion.value,
  opening_paren: false,
  closing_paren: false,
});
