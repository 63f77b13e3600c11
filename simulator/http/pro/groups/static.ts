import { Router } from 'express';
import { z } from 'zod';
import type { ComputerGroup } from '../../../world/model.js';
import type { Backend } from '../../backend.js';
import { callOf } from '../../call.js';
import { requires } from '../../auth/guard.js';
import { PRIVILEGES } from '../../auth/privileges.js';
import { ApiFailure, badRequest } from '../../errors.js';
import { readJson } from '../body.js';
import { describeGroup, findGroup, listGroups } from './list.js';

const staticGroup = z.looseObject({
  name: z.string().min(1).max(255),
  description: z.string().nullish(),
  siteId: z.string().nullish(),
  assignments: z.array(z.string()).optional(),
});

/** Routes of static computer groups v3. PUT replaces the whole list of members. */
export function staticGroupRoutes(backend: Backend): Router {
  const router = Router();
  const { world, cluster, baseUrl } = backend;
  const path = '/v3/computer-groups/static-groups';
  const { create, read, update, delete: remove } = PRIVILEGES.staticGroups;

  router.get(path, requires(read), (req, res) => {
    const { node } = callOf(req);
    const summary = (group: ComputerGroup) => ({
      ...describeGroup(group),
      count: cluster.membersOf(node, group.id).size,
    });
    res.json(listGroups(backend, req, false, summary));
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
    res.json(describeGroup(findGroup(backend, req, false)));
  });

  router.put(`${path}/:id`, requires(update), (req, res) => {
    const { id } = findGroup(backend, req, false);
    const { name, description, assignments } = readJson(req, staticGroup);
    // Observed: Jamf Pro answers a body without assignments with status 500 and no error entries.
    if (!assignments) throw new ApiFailure(500);
    const members = idsOf(assignments);
    cluster.write(callOf(req).node, id, () => {
      const sameName = world.groups.byName(name);
      if (!sameName || sameName.id === id) world.groups.replaceMembers(id, members);
      world.groups.rename(id, name, description ?? undefined);
    });
    res.status(202).json({ ...describeGroup(findGroup(backend, req, false)), assignments });
  });

  router.delete(`${path}/:id`, requires(remove), (req, res) => {
    const { id } = findGroup(backend, req, false);
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

  return router;
}

function idsOf(assignments: readonly string[] = []): number[] {
  const bad = assignments.find((id) => !/^\d+$/.test(id));
  if (bad !== undefined) throw badRequest('assignments', `Computer ${bad} is not known`, 'INVALID_DEVICE');
  return assignments.map(Number);
}
