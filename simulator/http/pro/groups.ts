import { Router, type Request } from 'express';
import { z } from 'zod';
import type { ComputerGroup } from '../../world/model.js';
import { callOf, type Backend } from '../backend.js';
import { requires } from '../auth/guard.js';
import { PRIVILEGES } from '../auth/privileges.js';
import { ApiFailure, badRequest, notFound } from '../errors.js';
import type { Fields } from '../rsql/evaluate.js';
import { readJson } from './body.js';
import { strictFilter } from './filtering.js';
import { cut, pageOf, textOf, valuesOf } from './paging.js';
import { sortRows } from './sorting.js';

const staticGroup = z.looseObject({
  name: z.string().min(1).max(255),
  description: z.string().nullish(),
  siteId: z.string().nullish(),
  assignments: z.array(z.string()).optional(),
});

const smartGroup = z.looseObject({
  name: z.string().min(1).max(255),
  description: z.string().nullish(),
  criteria: z
    .array(
      z.looseObject({
        name: z.string(),
        priority: z.int(),
        andOr: z.enum(['and', 'or']),
        searchType: z.string(),
        value: z.string(),
      }),
    )
    .default([]),
});

const FIELDS: Fields<ComputerGroup> = {
  id: { type: 'id', read: ({ id }) => id },
  name: { type: 'text', read: ({ name }) => name },
  siteId: { type: 'id', read: () => -1 },
};

const SITE = { siteId: '-1' } as const;

/** Computer groups v3. A PUT of a static group replaces the whole list of members. */
export function groupRoutes(backend: Backend): Router {
  const router = Router();
  staticRoutes(router, backend);
  smartRoutes(router, backend);
  return router;
}

function staticRoutes(router: Router, backend: Backend): void {
  const { world, cluster, baseUrl } = backend;
  const path = '/v3/computer-groups/static-groups';
  const { create, read, update, delete: remove } = PRIVILEGES.staticGroups;

  router.get(path, requires(read), (req, res) => {
    const { node } = callOf(req);
    const summary = (group: ComputerGroup) => ({
      ...describe(group),
      count: cluster.membersOf(node, group.id).size,
    });
    res.json(listOf(backend, req, false, summary));
  });

  router.post(path, requires(create), (req, res) => {
    const { name, description, assignments } = readJson(req, staticGroup);
    const group = world.groups.createStatic({
      name,
      description: description ?? '',
      members: idsOf(assignments),
    });
    res.status(201).json({ id: String(group.id), href: `${baseUrl()}/api${path}/${group.id}` });
  });

  router.get(`${path}/:id`, requires(read), (req, res) => {
    res.json(describe(find(backend, req, false)));
  });

  router.put(`${path}/:id`, requires(update), (req, res) => {
    const { id } = find(backend, req, false);
    const { name, description, assignments } = readJson(req, staticGroup);
    // Seen on the wire: a body without assignments is a 500 with no errors in it.
    if (!assignments) throw new ApiFailure(500);
    const members = idsOf(assignments);
    cluster.write(callOf(req).node, id, () => {
      const holder = world.groups.byName(name);
      if (!holder || holder.id === id) world.groups.replaceMembers(id, members);
      world.groups.rename(id, name, description ?? undefined);
    });
    res.status(202).json({ ...describe(find(backend, req, false)), assignments });
  });

  router.delete(`${path}/:id`, requires(remove), (req, res) => {
    const { id } = find(backend, req, false);
    const used = world.profiles.all().some(({ scope }) => {
      return scope.computerGroups.includes(id) || scope.exclusions.computerGroups.includes(id);
    });
    if (used) {
      const description = 'The group is in use';
      throw new ApiFailure(422, [{ code: 'DEPENDENCY', field: 'id', description, id: String(id) }]);
    }
    world.groups.delete(id);
    res.status(204).end();
  });
}

function smartRoutes(router: Router, backend: Backend): void {
  const { world, baseUrl } = backend;
  const path = '/v3/computer-groups/smart-groups';
  const { create, read, update } = PRIVILEGES.smartGroups;

  router.get(path, requires(read), (req, res) => {
    const summary = (group: ComputerGroup) => ({
      ...describe(group),
      membershipCount: group.members.size,
    });
    res.json(listOf(backend, req, true, summary));
  });

  router.post(path, requires(create), (req, res) => {
    const { name, description, criteria } = readJson(req, smartGroup);
    const group = world.groups.createSmart({ name, description: description ?? '', criteria });
    res.status(201).json({ id: String(group.id), href: `${baseUrl()}/api${path}/${group.id}` });
  });

  router.get('/v3/computer-groups/smart-group-membership/:id', requires(read), (req, res) => {
    res.json({ members: [...find(backend, req, true).members] });
  });

  router.post('/v1/smart-computer-groups/:id/recalculate', requires(update), (req, res) => {
    res.json({ count: world.groups.recalculate(find(backend, req, true).id) });
  });
}

const describe = (group: ComputerGroup): object => ({
  id: String(group.id),
  name: group.name,
  description: group.description,
  ...SITE,
});

function listOf(
  { world }: Backend,
  req: Request,
  smart: boolean,
  render: (group: ComputerGroup) => object,
): object {
  const page = pageOf(req.query);
  const { matches } = strictFilter(textOf(req.query, 'filter'), FIELDS);
  const rows = world.groups.all().filter((group) => group.smart === smart && matches(group));
  const sort = valuesOf(req.query, 'sort');
  const sorted = sortRows(rows, sort.length === 0 ? ['id:asc'] : sort, FIELDS);
  return { totalCount: rows.length, results: cut(sorted, page).map(render) };
}

function find({ world }: Backend, req: Request, smart: boolean): ComputerGroup {
  const id = String(req.params['id']);
  const group = /^\d+$/.test(id) ? world.groups.get(Number(id)) : undefined;
  if (group?.smart !== smart) throw notFound(id);
  return group;
}

function idsOf(assignments: readonly string[] = []): number[] {
  const bad = assignments.find((id) => !/^\d+$/.test(id));
  if (bad !== undefined) throw badRequest('assignments', `Computer ${bad} is not known`, 'INVALID_DEVICE');
  return assignments.map(Number);
}
