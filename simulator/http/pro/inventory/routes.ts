import { Router, type Request, type Response } from 'express';
import type { Computer, Inventory } from '../../../world/model.js';
import type { Backend } from '../../backend.js';
import { callOf } from '../../call.js';
import { requires } from '../../auth/guard.js';
import { spoil, visible } from '../../faults/records.js';
import { PRIVILEGES } from '../../auth/privileges.js';
import { badRequest, notFound } from '../../errors.js';
import { pinnedIds } from '../../rsql/evaluate.js';
import { strictFilter } from '../filtering.js';
import { filterFields, sortFields } from './fields.js';
import { cut, pageOf, textOf, valuesOf } from '../paging.js';
import type { InventoryVersion } from './mac-facts.js';
import { membershipSection, OLD_SECTIONS, SECTIONS } from './sections.js';
import { sortRows } from '../sorting.js';

const MEMBERSHIPS = 'GROUP_MEMBERSHIPS';

const hasOldSections = (version: InventoryVersion): boolean => version === 'v1' || version === 'v2';

/** What a version of the inventory returns. */
interface Shape {
  version: InventoryVersion;
  /** Section name in the query → property name in the response. */
  properties: Readonly<Record<string, string>>;
}

function propertiesOf(version: InventoryVersion): Shape['properties'] {
  const sections = Object.entries({ ...SECTIONS, ...(hasOldSections(version) ? OLD_SECTIONS : {}) });
  return {
    ...Object.fromEntries(sections.map(([name, [property]]) => [name, property])),
    [MEMBERSHIPS]: 'groupMemberships',
  };
}

/** Routes of computer inventory v1 to v3, which are deprecated, and of v4 if the server version has it. */
export function inventoryRoutes(backend: Backend): Router {
  const router = Router();
  for (const version of ['v1', 'v2', 'v3'] as const) routesOf(router, backend, version);
  if (hasV4(backend.options.version)) routesOf(router, backend, 'v4');
  return router;
}

/** Inventory v4 was added in Jamf Pro 11.30.0. */
function hasV4(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 11 || (major === 11 && minor >= 30);
}

function routesOf(router: Router, backend: Backend, version: InventoryVersion): void {
  const { world } = backend;
  const read = requires(PRIVILEGES.computers.read);
  const fields = filterFields(world, version);
  const sortable = sortFields(fields);
  const shape = { version, properties: propertiesOf(version) };

  router.get(`/${version}/computers-inventory`, read, (req, res) => {
    const sections = sectionsOf(req, shape);
    const page = pageOf(req.query);
    const { expression, matches } = strictFilter(textOf(req.query, 'filter'), fields);
    const pinned = pinnedIds(expression);
    const candidates = pinned ? findAll(backend, pinned) : world.computers.all();
    const shown = visible(world.computers.all(), candidates, backend.faults.current());
    const rows = expression ? shown.filter(matches) : shown;
    const sort = valuesOf(req.query, 'sort');
    const sorted = sortRows(rows, sortCriteria(sort), sortable);
    const results = cut(sorted, page).map((computer) => render(backend, req, computer, shape, sections));
    res.json({ totalCount: rows.length, results });
  });

  router.get(`/${version}/computers-inventory/:id`, read, (req, res) => {
    const sections = sectionsOf(req, shape);
    sendOne(backend, req, res, shape, sections);
  });

  router.get(`/${version}/computers-inventory-detail/:id`, read, (req, res) => {
    sendOne(backend, req, res, shape, Object.keys(shape.properties));
  });

  router.delete(`/${version}/computers-inventory/:id`, requires(PRIVILEGES.computers.delete), (req, res) => {
    world.actions.deleteComputer(findOne(backend, req).id);
    res.status(204).end();
  });
}

/**
 * Returns the sort criteria that must be applied. The fleet is stored by ascending ID, so sorting by `id`, as in
 * full sweeps, needs none.
 */
function sortCriteria(sort: readonly string[]): readonly string[] {
  if (sort.length === 0) return ['general.name:asc'];
  return /^id(:asc)?$/i.test(sort[0] ?? '') ? [] : sort;
}

function sectionsOf(req: Request, { properties }: Shape): readonly string[] {
  const requested = valuesOf(req.query, 'section').map((section) => section.toUpperCase());
  const unknown = requested.find((section) => !Object.hasOwn(properties, section));
  if (unknown !== undefined) throw badRequest('section', `Section ${unknown} is not known`);
  return requested.length === 0 ? ['GENERAL'] : requested;
}

/** Computers with the given IDs in ascending order, without duplicates. */
function findAll({ world }: Backend, ids: readonly string[]): Computer[] {
  const unique = [...new Set(ids.map(Number))].sort((a, b) => a - b);
  return unique.map((id) => world.computers.get(id)).filter((computer) => computer !== undefined);
}

function findOne({ world, faults }: Backend, req: Request): Computer {
  const id = String(req.params['id']);
  const found = /^\d+$/.test(id) ? world.computers.get(Number(id)) : undefined;
  const [computer] = visible(world.computers.all(), found ? [found] : [], faults.current());
  if (!computer) throw notFound(id);
  return computer;
}

function sendOne(
  backend: Backend,
  req: Request,
  res: Response,
  shape: Shape,
  sections: readonly string[],
): void {
  res.json(render(backend, req, findOne(backend, req), shape, sections));
}

/** A computer in responses. Sections that were not requested are null, and so is unknown text. Source: recorded responses of v1 to v3. */
function render(
  { world, cluster, faults }: Backend,
  req: Request,
  computer: Computer,
  { version, properties }: Shape,
  sections: readonly string[],
): object {
  let known: Inventory | undefined;
  const inventory = () => (known ??= world.inventoryOf(computer.id));
  const source = { world, computer, version, inventory };
  const answer: Record<string, unknown> = { id: String(computer.id), udid: computer.udid };
  for (const [name, property] of Object.entries(properties)) {
    if (!sections.includes(name)) answer[property] = null;
    else if (name === MEMBERSHIPS) {
      answer[property] = withoutEmptyText(membershipSection(cluster, callOf(req).node, computer.id));
    } else answer[property] = withoutEmptyText((SECTIONS[name] ?? OLD_SECTIONS[name])?.[1](source));
  }
  return spoil(answer, computer, faults.current());
}

/** A copy in which every empty text is null. */
function withoutEmptyText(value: unknown): unknown {
  if (value === '') return null;
  if (Array.isArray(value)) return value.map(withoutEmptyText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutEmptyText(part)]));
}
