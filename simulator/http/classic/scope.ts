import type { Scope, ScopeTargets } from '../../world/model.js';
import type { World } from '../../world/world.js';
import { ClassicFailure } from '../errors.js';
import { list, type ClassicObject } from '../render/classic.js';
import { child, children, text, type XmlElement, type XmlValue } from '../render/xml.js';
import { flag, integer } from './read.js';

/** Children of `<scope>` in schema order. A child that is out of order is ignored. */
const ORDER = [
  'all_computers',
  'all_jss_users',
  'computers',
  'buildings',
  'departments',
  'computer_groups',
  'jss_users',
  'jss_user_groups',
  'limitations',
  'exclusions',
];

/**
 * Reads the scope of a PUT, which replaces the old scope completely. With `all_computers`, targets are ignored. `ordered` is false if a
 * child was ignored because it was out of order. Throws 409 for an unknown object.
 */
export function readScope(world: World, element: XmlElement): { scope: Scope; ordered: boolean } {
  const scope = inSchemaOrder(element);
  const allComputers = flag(scope, 'all_computers') ?? false;
  const targets = allComputers ? noTargets() : readTargets(world, scope);
  const exclusions = readTargets(world, child(scope, 'exclusions'));
  const ordered = Object.keys(scope).length === Object.keys(element).length;
  return { scope: { allComputers, ...targets, exclusions }, ordered };
}

const noTargets = (): ScopeTargets => ({ computers: [], computerGroups: [], departments: [], buildings: [] });

function inSchemaOrder(element: XmlElement): XmlElement {
  let reached = 0;
  const kept = Object.entries(element).filter(([name]) => {
    const position = ORDER.indexOf(name);
    if (position < reached && position !== -1) return false;
    reached = Math.max(reached, position);
    return true;
  });
  return Object.fromEntries(kept);
}

interface Named {
  readonly id: number;
  readonly name: string;
}

function readTargets(world: World, element: XmlElement | undefined): ScopeTargets {
  const idsOf = (name: string, item: string, entries: readonly Named[]) =>
    children(child(element, name), item).map((entry) => idOf(entry, item, entries));
  return {
    computers: idsOf('computers', 'computer', world.computers.all()),
    computerGroups: idsOf('computer_groups', 'computer_group', world.groups.all()),
    departments: idsOf('departments', 'department', world.departments),
    buildings: idsOf('buildings', 'building', world.buildings),
  };
}

function idOf(entry: XmlValue, item: string, entries: readonly Named[]): number {
  const [id, name] = [integer(entry, 'id'), text(entry, 'name')];
  const found = entries.find((one) => (id === undefined ? one.name === name : one.id === id));
  if (!found) throw new ClassicFailure(409, `Unable to match ${item.replace('_', ' ')}`);
  return found.id;
}

/** `<scope>` in responses. In JSON, an empty jss_user_groups is `{}` in the scope but `[]` in the exclusions, as in Jamf Pro. */
export function renderScope(world: World, scope: Scope): ClassicObject {
  return {
    all_computers: scope.allComputers,
    all_jss_users: false,
    ...renderTargets(world, scope),
    jss_users: list('jss_user', []),
    jss_user_groups: list('jss_user_group', [], { emptyJson: {} }),
    limitations: {
      users: list('user', []),
      user_groups: list('user_group', []),
      network_segments: list('network_segment', []),
      ibeacons: list('ibeacon', []),
    },
    exclusions: {
      ...renderTargets(world, scope.exclusions),
      users: list('user', []),
      user_groups: list('user_group', []),
      network_segments: list('network_segment', []),
      ibeacons: list('ibeacon', []),
      jss_users: list('jss_user', []),
      jss_user_groups: list('jss_user_group', []),
    },
  };
}

function renderTargets(world: World, targets: ScopeTargets): ClassicObject {
  const named = (ids: readonly number[], entries: readonly Named[]) =>
    entries.filter(({ id }) => ids.includes(id)).map(({ id, name }) => ({ id, name }));
  const computers = targets.computers
    .map((id) => world.computers.get(id))
    .filter((computer) => computer !== undefined)
    .map(({ id, name, udid }) => ({ id, name, udid }));
  return {
    computers: list('computer', computers),
    buildings: list('building', named(targets.buildings, world.buildings)),
    departments: list('department', named(targets.departments, world.departments)),
    computer_groups: list('computer_group', named(targets.computerGroups, world.groups.all())),
  };
}
