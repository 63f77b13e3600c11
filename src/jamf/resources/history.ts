import { z } from 'zod';
import type { Api } from './api.js';
import type { JamfClient } from '../client.js';
import { anything, classicList, instant, isId, section, text } from '../parsing/coerce.js';

const historySchema = z.object({ computer_history: z.object({ commands: section({ failed: anything }) }) });

const failedSchema = z
  .object({ name: text, status: text, failed_epoch: instant, failed_utc: instant })
  .transform(({ name, status, failed_epoch: epoch, failed_utc: utc }) => ({
    name,
    failedAt: epoch ?? utc,
    error: status,
  }));

/**
 * Creates the call for the history of a computer, which only the Classic API has. Names of commands are texts such
 * as `Install Configuration Profile Okta SCEP`.
 */
export function historyCalls(api: Api): Pick<JamfClient, 'readFailedCommands'> {
  return {
    readFailedCommands: async (computerId) => {
      if (!isId(computerId)) return [];
      const call = 'history.commands';
      const path = `/JSSResource/computerhistory/id/${encodeURIComponent(computerId)}/subset/Commands`;
      const answer = await api.send({ call, method: 'GET', path, json: true });
      const { failed } = api.understand(call, historySchema, answer).computer_history.commands;
      return classicList(failedSchema, failed, 'command')
        .filter(({ name, error }) => name !== '' || error !== '')
        .sort((one, other) => (other.failedAt ?? 0) - (one.failedAt ?? 0));
    },
  };
}
