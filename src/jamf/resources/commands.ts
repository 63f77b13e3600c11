import { z } from 'zod';
import type { MdmCommand, MdmCommandState } from '../../domain/profile.js';
import type { Api } from './api.js';
import type { JamfClient } from '../client.js';
import { count, enumeration, instant, isId, section, text, word } from '../parsing/coerce.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { Fence } from '../../domain/fence.js';
import { all, bare } from './rsql.js';

type Query = Parameters<JamfClient['findCommands']>[0];

const PAGE_SIZE = 100;
/**
 * Maximum number of pages. One Mac has few commands for one profile, so more pages mean that Jamf Pro ignored the
 * filter.
 */
const MAX_PAGES = 10;

const errorSchema = section({
  errorCode: word,
  errorDomain: text,
  errorEnglishDescription: text,
  errorLocalizedDescription: text,
}).transform((error) => {
  const description = error.errorEnglishDescription || error.errorLocalizedDescription;
  const code = [error.errorDomain, error.errorCode].filter(Boolean).join(' ');
  return description === '' ? code : code === '' ? description : `${description} (${code})`;
});

const commandSchema = z.object({
  uuid: word.pipe(z.string().min(1)),
  dateSent: instant,
  dateCompleted: instant,
  client: section({ managementId: word }),
  commandState: word,
  commandType: word,
  commandError: errorSchema,
  profileId: word,
});

const pageSchema = z.object({ totalCount: count, results: z.array(z.unknown()) });

const commandState = enumeration<MdmCommandState>([
  'PENDING',
  'ACKNOWLEDGED',
  'NOT_NOW',
  'ERROR',
  'COMMAND_FORMAT_ERROR',
]);

const commandType = enumeration(['INSTALL_PROFILE', 'REMOVE_PROFILE']);

/**
 * Creates the calls for MDM commands (`/v2/mdm` of the Jamf Pro API). Servers also return types of commands that
 * the specification omits, such as `INSTALL_PROFILE`, so the type is not validated against the specification.
 */
export function commandCalls(
  api: Api,
): Pick<JamfClient, 'findCommands' | 'blankPush' | 'flushFailedCommands'> {
  // True if this server does not know the command types of profiles as filter values, so it cannot filter by type.
  let untyped = false;
  return {
    findCommands: async (query) => {
      if (untyped) return findCommands(api, query, { typed: false });
      try {
        return await findCommands(api, query, { typed: true });
      } catch (error) {
        if (!(error instanceof JamfError) || (error.status !== 400 && error.status !== 500)) throw error;
        const found = await findCommands(api, query, { typed: false }).catch(() => {
          throw error;
        });
        untyped = true;
        return found;
      }
    },
    flushFailedCommands: (computerId, fence) => flushFailed(api, computerId, fence),
    blankPush: async (managementIds, fence) => {
      const known = managementIds.filter((managementId) => managementId.trim() !== '');
      if (known.length === 0) return managementIds;
      const call = 'push.blank';
      const body = { type: 'application/json', text: JSON.stringify({ clientManagementIds: known }) };
      const answer = await api.send({
        call,
        method: 'POST',
        path: '/api/v2/mdm/blank-push',
        body,
        about: known.join(','),
        json: true,
        fence,
      });
      const { errorUuids } = api.understand(call, z.object({ errorUuids: z.array(word).nullish() }), answer);
      return [...managementIds.filter((managementId) => managementId.trim() === ''), ...(errorUuids ?? [])];
    },
  };
}

/**
 * Deletes the failed commands of a Mac. Only the Classic API can do this. The status `Pending` must never be used in
 * the path: it deletes commands that the Mac has not received yet.
 */
async function flushFailed(api: Api, computerId: string, fence: Fence): Promise<void> {
  if (!isId(computerId)) throw new RangeError(`"${computerId}" is not a computer ID`);
  const path = `/JSSResource/commandflush/computers/id/${computerId}/status/Failed`;
  await api.send({ call: 'commands.flush', method: 'DELETE', path, json: false, fence });
}

async function findCommands(
  api: Api,
  query: Query,
  { typed }: { typed: boolean },
): Promise<readonly MdmCommand[]> {
  const call = 'commands.find';
  // Jamf Pro may ignore an empty condition, and then returns the commands of other Macs.
  if (query.managementId.trim() === '')
    return api.refuseToSend(call, 'the Mac has no management ID', 'Enroll the Mac in Jamf Pro again.');
  const filter = all([
    `clientManagementId==${bare(query.managementId)}`,
    ...(typed ? [`command==${query.type}`] : []),
    `profileId==${bare(query.profileId)}`,
    `dateSent=ge=${new Date(query.sentAfter).toISOString()}`,
  ]);
  const found: MdmCommand[] = [];
  for (let page = 0, received = 0; page < MAX_PAGES; page += 1) {
    const answer = await api.send({
      call,
      method: 'GET',
      path: '/api/v2/mdm/commands',
      query: [
        ['page', String(page)],
        ['page-size', String(PAGE_SIZE)],
        ['sort', 'dateSent:asc'],
        ['filter', filter],
      ],
      about: query.managementId,
      json: true,
    });
    const { totalCount, results } = api.understand(call, pageSchema, answer);
    const ofType = typed ? results : results.filter((result) => isOfType(result, query.type));
    found.push(...ofType.map((result) => readCommand(api, result, query)));
    received += results.length;
    if (results.length === 0 || received >= totalCount)
      return found.sort((one, other) => one.sentAt - other.sentAt);
  }
  return api.refuse(call, 'more commands than one Mac can have for one profile');
}

function isOfType(result: unknown, type: Query['type']): boolean {
  const parsed = z.object({ commandType: word }).safeParse(result);
  return parsed.success && commandType(parsed.data.commandType) === type;
}

/**
 * Parses a command. Jamf Pro silently ignores an unknown filter condition and returns the whole collection, so
 * every command is compared with the query. A command that cannot be read makes the call fail: if it were skipped,
 * a second command would be triggered for the same Mac.
 */
function readCommand(api: Api, result: unknown, query: Query): MdmCommand {
  const call = 'commands.find';
  const parsed = commandSchema.safeParse(result);
  if (!parsed.success) return api.refuse(call, 'a command without a UUID');
  const { data } = parsed;
  const { managementId } = data.client;
  if (
    commandType(data.commandType) !== query.type ||
    (managementId !== '' && managementId.toLowerCase() !== query.managementId.toLowerCase()) ||
    (data.profileId !== '' && data.profileId !== query.profileId)
  )
    return api.refuse(call, 'commands that do not match the query');
  return {
    uuid: data.uuid,
    type: query.type,
    profileId: data.profileId === '' ? query.profileId : data.profileId,
    state: stateOf(api, data.commandState),
    sentAt: data.dateSent ?? query.sentAfter,
    completedAt: data.dateCompleted,
    error: data.commandError,
  };
}

/**
 * Returns the state of a command. An unknown state counts as pending, because waiting is harmless, but sending
 * again would issue a second certificate.
 */
function stateOf(api: Api, written: string): MdmCommandState {
  const state = commandState(written);
  if (state === null) api.unknownWord('commands.find', 'command-state-unknown', written);
  return state ?? 'PENDING';
}
