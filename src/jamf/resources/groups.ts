import { z } from 'zod';
import type { ComputerGroup } from '../../domain/profile.js';
import { renderXml } from '../../xml/render.js';
import type { Api } from './api.js';
import type { JamfClient } from '../client.js';
import type { Answer } from '../transport/outcome.js';
import type { JamfSetup } from '../setup.js';
import { classicList, flag, id, isId, text } from '../parsing/coerce.js';

const member = z.object({ id }).transform((computer) => computer.id);

/** A list of members that is not there must not be taken for an empty one: removals are proven by it. */
const groupSchema = z.object({
  computer_group: z.object({
    id: id.pipe(z.string().min(1)),
    name: text,
    is_smart: flag,
    computers: z.unknown().refine((value) => value !== undefined, 'is missing'),
  }),
});

const CHANGES = { 'groups.add': 'computer_additions', 'groups.remove': 'computer_deletions' } as const;
type Change = keyof typeof CHANGES;

const pathOf = (groupId: string) => `/JSSResource/computergroups/id/${encodeURIComponent(groupId)}`;

/**
 * Computer groups over the Classic API. Members change by deltas alone, which are atomic; the Jamf Pro API can only replace the
 * whole list, and two who do that at once lose one change. Source: jamf-facts, static groups.
 */
export function groupCalls(api: Api): Pick<JamfClient, 'readGroup' | 'addToGroup' | 'removeFromGroup'> {
  return {
    readGroup: (groupId) => readGroup(api, groupId),
    addToGroup: async (groupId, computerIds) => {
      if (computerIds.length > 0) await change(api, 'groups.add', groupId, computerIds);
    },
    removeFromGroup: async (groupId, computerIds) => {
      if (computerIds.length > 0) await remove(await api.sticky(), groupId, computerIds);
    },
  };
}

async function readGroup(api: Api, groupId: string): Promise<ComputerGroup> {
  const call = 'groups.read';
  const answer = await api.send({ call, method: 'GET', path: pathOf(groupId), json: true });
  const group = groupIn(api, call, answer);
  if (group.id !== groupId) api.refuse(call, 'another group than the one asked for');
  return group;
}

/** What setting up does with groups: looks for one by its name, and makes one. */
export function groupSetupCalls(api: Api): Pick<JamfSetup, 'findGroup' | 'createStaticGroup'> {
  return {
    findGroup: async (name) => {
      const call = 'groups.find';
      const path = `/JSSResource/computergroups/name/${encodeURIComponent(name)}`;
      const answer = await api.send({ call, method: 'GET', path, json: true, accept: [404] });
      if (answer.status === 404) return null;
      const group = groupIn(api, call, answer);
      // Names are compared by the database, which may take other letters for the same.
      return group.name === name ? group : null;
    },
    createStaticGroup: async (name) => {
      const text = renderXml('computer_group', { name, is_smart: false });
      const body = { type: 'application/xml', text };
      // Id 0: Jamf gives the id.
      await api.send({ call: 'groups.create', method: 'POST', path: pathOf('0'), body, json: false });
    },
  };
}

function groupIn(api: Api, call: 'groups.read' | 'groups.find', answer: Answer): ComputerGroup {
  const group = api.understand(call, groupSchema, answer).computer_group;
  const members = classicList(member, group.computers, 'computer');
  const computerIds = members.filter((computerId) => computerId !== '');
  api.odd(call, 'entry-unreadable', members.length - computerIds.length);
  return { id: group.id, name: group.name, smart: group.is_smart, computerIds };
}

/**
 * Jamf refuses the whole request with 409 when one computer is not a member, and says the same for other reasons. So the group is
 * read back, from the node that refused: whoever is not in it is out, and only those who are still in it are asked for again.
 */
async function remove(api: Api, groupId: string, computerIds: readonly string[]): Promise<void> {
  const refused = await change(api, 'groups.remove', groupId, computerIds, [409]);
  if (!refused) return;
  const { computerIds: members } = await readGroup(api, groupId);
  const left = computerIds.filter((computerId) => members.includes(computerId));
  if (left.length > 0) await change(api, 'groups.remove', groupId, left);
}

/** True when the answer was one of those that the caller accepts. */
async function change(
  api: Api,
  call: Change,
  groupId: string,
  computerIds: readonly string[],
  accept: readonly number[] = [],
): Promise<boolean> {
  const unusable = computerIds.find((computerId) => !isId(computerId));
  if (unusable !== undefined) throw new RangeError(`"${unusable}" is not the id of a computer`);
  const computer = computerIds.map((computerId) => ({ id: computerId }));
  const text = renderXml('computer_group', { [CHANGES[call]]: { computer } });
  const body = { type: 'application/xml', text };
  const answer = await api.send({ call, method: 'PUT', path: pathOf(groupId), body, json: false, accept });
  return accept.includes(answer.status);
}
