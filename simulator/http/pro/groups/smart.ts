import { Router } from 'express';
import { z } from 'zod';
import type { ComputerGroup } from '../../../world/model.js';
import type { Backend } from '../../backend.js';
import { requires } from '../../auth/guard.js';
import { PRIVILEGES } from '../../auth/privileges.js';
import { readJson } from '../body.js';
import { describeGroup, findGroup, listGroups } from './list.js';

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

/** Routes of smart computer groups v3. */
export function smartGroupRoutes(backend: Backend): Router {
  const router = Router();
  const { world, baseUrl } = backend;
  const path = '/v3/computer-groups/smart-groups';
  const { create, read, update } = PRIVILEGES.smartGroups;

  router.get(path, requires(read), (req, res) => {
    const summary = (group: ComputerGroup) => ({
      ...describeGroup(group),
      membershipCount: group.members.size,
    });
    res.json(listGroups(backend, req, true, summary));
  });

  router.post(path, requires(create), (req, res) => {
    const { name, description, criteria } = readJson(req, smartGroup);
    const group = world.groups.createSmart({ name, description: description ?? '', criteria });
    res.status(201).json({ id: String(group.id), href: `${baseUrl()}/api${path}/${group.id}` });
  });

  router.get(`${path}/:id`, requires(read), (req, res) => {
    const group = findGroup(backend, req, true);
    const criteria = group.criteria.map((criterion) => ({
      ...criterion,
      openingParen: false,
      closingParen: false,
    }));
    res.json({ ...describeGroup(group), criteria });
  });

  router.get('/v3/computer-groups/smart-group-membership/:id', requires(read), (req, res) => {
    res.json({ members: [...findGroup(backend, req, true).members] });
  });

  router.post('/v1/smart-computer-groups/:id/recalculate', requires(update), (req, res) => {
    res.json({ count: world.groups.recalculate(findGroup(backend, req, true).id) });
  });

  return router;
}
