import type { Request } from 'express';
import type { ComputerGroup } from '../../../world/model.js';
import type { Backend } from '../../backend.js';
import { notFound } from '../../errors.js';
import type { Fields } from '../../rsql/evaluate.js';
import { strictFilter } from '../filtering.js';
import { cut, pageOf, textOf, valuesOf } from '../paging.js';
import { sortRows } from '../sorting.js';

const FIELDS: Fields<ComputerGroup> = {
  id: { type: 'id', read: ({ id }) => id },
  name: { type: 'text', read: ({ name }) => name },
  siteId: { type: 'id', read: () => -1 },
};

const SITE = { siteId: '-1' } as const;

/** Properties that static and smart groups share, without members. */
export const describeGroup = (group: ComputerGroup): object => ({
  id: String(group.id),
  name: group.name,
  description: group.description,
  ...SITE,
});

/** A page of static or smart groups. Throws 400 for invalid query parameters. */
export function listGroups(
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

/** The static or smart group with the ID in the path. Throws 404. */
export function findGroup({ world }: Backend, req: Request, smart: boolean): ComputerGroup {
  const id = String(req.params['id']);
  const group = /^\d+$/.test(id) ? world.groups.get(Number(id)) : undefined;
  if (group?.smart !== smart) throw notFound(id);
  return group;
}
