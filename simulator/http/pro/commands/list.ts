import type { Command, CommandState } from '../../../world/model.js';
import { spell, type Spelling } from '../../../world/spelling.js';
import type { World } from '../../../world/world.js';
import type { Cluster } from '../../cluster.js';
import { ApiFailure, badRequest } from '../../errors.js';
import { BadValueError, compileFilter, pinnedIds, type Field, type Fields } from '../../rsql/evaluate.js';
import { FilterSyntaxError, parseFilter, type Expression } from '../../rsql/parse.js';
import { FILTERABLE_COMMANDS } from './types.js';

/** State names in filters. Responses use the names of `CommandState`, such as PENDING. */
const FILTER_STATES: Readonly<Record<CommandState, string>> = {
  PENDING: 'Pending',
  ACKNOWLEDGED: 'Acknowledged',
  NOT_NOW: 'NotNow',
  ERROR: 'Error',
};

const CLIENT_TYPES = [
  'MOBILE_DEVICE',
  'TV',
  'VISION_PRO',
  'WATCH',
  'COMPUTER',
  'COMPUTER_USER',
  'MOBILE_DEVICE_USER',
  'UNKNOWN',
];

/** Fields of `filter` and `sort` in GET /v2/mdm/commands. Source: OpenAPI description of Jamf Pro 11.30.1. */
export function commandFields(world: World): Fields<Command> {
  const instant = (read: Field<Command>['read']): Field<Command> => ({
    type: 'instant',
    read,
    rangeOnly: true,
  });
  return {
    uuid: { type: 'uuid', read: ({ uuid }) => uuid },
    clientManagementId: { type: 'uuid', read: ({ managementId }) => managementId },
    command: { type: 'text', read: ({ type }) => type, words: FILTERABLE_COMMANDS },
    status: {
      type: 'text',
      read: ({ state }) => FILTER_STATES[state],
      words: [...Object.values(FILTER_STATES), 'CommandFormatError'],
    },
    clientType: { type: 'text', read: () => 'COMPUTER', words: CLIENT_TYPES },
    dateSent: instant(({ sentAt }) => sentAt),
    validAfter: instant(({ sentAt }) => sentAt),
    dateCompleted: instant(({ completedAt }) => completedAt),
    profileId: { type: 'number', read: ({ profileId }) => profileId },
    profileIdentifier: {
      type: 'text',
      read: ({ profileId }) => (profileId === null ? null : world.profiles.get(profileId)?.uuid),
    },
    active: { type: 'boolean', read: ({ state }) => state === 'PENDING' || state === 'NOT_NOW' },
  };
}

/**
 * Commands that match a filter, in the order of sending. As observed at a live server, a missing filter is answered with 400 and an
 * invalid value with 500, both without error entries, and an unknown field is ignored.
 */
export function findCommands(
  world: World,
  cluster: Cluster,
  node: number,
  filter: string,
): readonly Command[] {
  const fields = commandFields(world);
  const expression = readFilter(filter);
  if (!expression) throw new ApiFailure(400);
  try {
    const matches = compileFilter(expression, fields, { unknownFields: 'ignore' });
    return cluster.commandsOn(node, candidates(world, expression)).filter(matches);
  } catch (error) {
    if (error instanceof BadValueError) throw new ApiFailure(500);
    throw error;
  }
}

/** A command in responses. Dates and properties without a value are omitted. */
export function renderCommand(command: Command, words: Spelling): object {
  const { completedAt, error, profileId } = command;
  return {
    uuid: command.uuid,
    dateSent: new Date(command.sentAt).toISOString(),
    ...(completedAt === null ? {} : { dateCompleted: new Date(completedAt).toISOString() }),
    client: { managementId: command.managementId, clientType: 'COMPUTER' },
    commandState: spell(command.state, words),
    commandType: spell(command.type, words),
    ...(error ? { commandError: error } : {}),
    ...(profileId === null ? {} : { profileId }),
  };
}

function readFilter(filter: string): Expression | null {
  try {
    return parseFilter(filter);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw badRequest('filter', error.message, 'INVALID_FILTER');
    throw error;
  }
}

/** Narrows the commands by an index if the filter allows it, so that a query for a Mac does not scan the whole history. */
function candidates(world: World, expression: Expression): readonly Command[] {
  const managementIds = pinnedIds(expression, 'clientManagementId');
  if (managementIds) {
    const unique = [...new Set(managementIds.map((id) => id.toLowerCase()))];
    const found = unique.flatMap((id) => world.commands.ofManagementId(id));
    return unique.length > 1 ? found.sort((a, b) => a.sentAt - b.sentAt) : found;
  }
  const [profileId, ...others] = pinnedIds(expression, 'profileId') ?? [];
  if (profileId !== undefined && others.length === 0) return world.commands.ofProfile(Number(profileId));
  return world.commands.all();
}
