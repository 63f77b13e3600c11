import { z } from 'zod';
import type { ComputerGroup } from '../../domain/profile.js';
import { renderXml } from '../../xml/render.js';
import type { Api } from './api.js';
import type { JamfClient } from '../client.js';
import type { Answer } from '../transport/outcome.js';
import type { JamfSetup } from '../setup.js';
import { classicList, flag, id, isId, text } from '../parsing/coerce.js';
import type { Fence } from '../../domain/fence.js';

const member = z.object({ id }).transform((computer) => computer.id);

/** A missing list of members must not count as an empty list, because removals are verified by reading the group back. */
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

const CHECK_GROUPS = 'Check joinGreen and leaveBlue in the configuration.';

const pathOf = (groupId: string) => `/JSSResource/computergroups/id/${encodeURIComponent(groupId)}`;

/**
 * Creates the calls for computer groups, which use the Classic API: only the Classic API can add and remove single
 * members atomically. The Jamf Pro API replaces the whole list of members, so concurrent changes would be lost. Source:
 * developer.jamf.com, Classic API and Jamf Pro API reference.
 */
export function groupCalls(api: Api): Pick<JamfClient, 'readGroup' | 'addToGroup' | 'removeFromGroup'> {
  return {
    readGroup: (groupId) => readGroup(api, groupId),
    addToGroup: async (groupId, computerIds, fence) => {
      if (computerIds.length > 0) await change(api, { call: 'groups.add', groupId, computerIds, fence });
    },
    removeFromGroup: async (groupId, computerIds, fence) => {
      if (computerIds.length > 0) await remove(await api.sticky(), groupId, computerIds, fence);
    },
  };
}

async function readGroup(api: Api, groupId: string): Promise<ComputerGroup> {
  const call = 'groups.read';
  if (!isId(groupId)) return api.refuseToSend(call, `"${groupId}" is not a group ID`, CHECK_GROUPS);
  const answer = await api.send({ call, method: 'GET', path: pathOf(groupId), json: true });
  const group = groupIn(api, call, answer);
  if (group.id !== groupId) api.refuse(call, 'a different group than requested');
  return group;
}

/** Creates the group calls of the setup commands: find a group by name, and create a static group. */
export function groupSetupCalls(api: Api): Pick<JamfSetup, 'findGroup' | 'createStaticGroup'> {
  return {
    findGroup: async (name) => {
      const call = 'groups.find';
      const path = `/JSSResource/computergroups/name/${encodeURIComponent(name)}`;
      const answer = await api.send({ call, method: 'GET', path, json: true, accept: [404] });
      if (answer.status === 404) return null;
      const group = groupIn(api, call, answer);
      // The database of Jamf Pro may ignore case and accents when it compares names, so the exact name is checked here.
      return group.name === name ? group : null;
    },
    createStaticGroup: async (name) => {
      const text = renderXml('computer_group', { name, is_smart: false });
      const body = { type: 'application/xml', text };
      // With ID 0, Jamf Pro assigns the ID.
      await api.send({ call: 'groups.create', method: 'POST', path: pathOf('0'), body, json: false });
    },
  };
}

function groupIn(api: Api, call: 'groups.read' | 'groups.find', answer: Answer): ComputerGroup {
  const group = api.understand(call, groupSchema, answer).computer_group;
  const members = classicList(member, group.computers, 'computer');
  const computerIds = members.filter((computerId) => computerId !== '');
  api.odd(call, 'entry-unreadable', members.length - computerIds.length, `group ${group.id}`);
  return { id: group.id, name: group.name, smart: group.is_smart, computerIds };
}

/**
 * Removes Macs from a group. Jamf Pro rejects the whole request with 409 if one Mac is not a member, and uses 409
 * for other reasons as well. So after a 409, the group is read back from the same cluster node, and only the Macs
 * that are still members are removed again.
 */
async function remove(
  api: Api,
  groupId: string,
  computerIds: readonly string[],
  fence: Fence,
): Promise<void> {
  const call = 'groups.remove';
  const refused = await change(api, { call, groupId, computerIds, fence }, [409]);
  if (!refused) return;
  const { computerIds: members } = await readGroup(api, groupId);
  const left = computerIds.filter((computerId) => members.includes(computerId));
  if (left.length > 0) await change(api, { call, groupId, computerIds: left, fence });
}

/** Sends one change of the members of a group. Returns true if Jamf Pro rejected it with a status in `accept`. */
async function change(
  api: Api,
  {
    call,
    groupId,
    computerIds,
    fence,
  }: { call: Change; groupId: string; computerIds: readonly string[]; fence: Fence },
  accept: readonly number[] = [],
): Promise<boolean> {
  if (!isId(groupId)) return api.refuseToSend(call, `"${groupId}" is not a group ID`, CHECK_GROUPS);
  const unusable = computerIds.find((computerId) => !isId(computerId));
  if (unusable !== undefined) throw new RangeError(`"${unusable}" is not a computer ID`);
  const computer = computerIds.map((computerId) => ({ id: computerId }));
  const text = renderXml('computer_group', { [CHANGES[call]]: { computer } });
  const body = { type: 'application/xml', text };
  const answer = await api.send({
    call,
    method: 'PUT',
    path: pathOf(groupId),
    body,
    json: false,
    accept,
    fence,
  });
  return accept.includes(answer.status);
}
