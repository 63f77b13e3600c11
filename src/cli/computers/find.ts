import type { Command } from 'commander';
import { z } from 'zod';
import { computerPage, listedState, unknownReason } from '../../contract/resources/computer.js';
import { duration } from '../../config/values/duration.js';
import type { Client } from '../http/client.js';
import { CliError, EXIT } from '../exit.js';
import { choice, instance, withInstance } from '../options.js';
import { readPages } from '../http/pages.js';

/** A Mac in the list that the API returns. */
export type Summary = z.output<typeof computerPage>['computers'][number];

/** Options that select Macs. `recert computers` and `recert redistribute` share them, so both select the same Macs. */
export const filterOptions = z.object({
  user: z.string().optional(),
  name: z.string().optional(),
  state: z.enum(listedState.options).optional(),
  unknown: z.enum(unknownReason.options).optional(),
  expiresWithin: duration().optional(),
  profile: z.string().optional(),
  instance,
});

type Filter = z.output<typeof filterOptions>;

/** Filter and search terms for `GET /api/v1/computers`. */
export type Wanted = Filter & {
  id?: string | undefined;
  serial?: string | undefined;
  text?: string | undefined;
  sort?: string | undefined;
};

/** Adds the options that select Macs to a command. */
export function withFilter(command: Command): Command {
  command
    .option('--user <user>', 'prefix of a word in the username, real name or email address')
    .option('--name <name>', 'prefix of a word in the name of the Mac')
    .addOption(choice('--state <state>', 'only Macs in this state', listedState.options))
    .addOption(
      choice(
        '--unknown <why>',
        'only Macs whose certificate status is unknown for this reason',
        unknownReason.options,
      ),
    )
    .option(
      '--expires-within <duration>',
      'only Macs whose certificate expires within this time, such as 14d',
    )
    .option('--profile <profile>', 'watched profile; required if several are configured');
  return withInstance(command);
}

/** Whether a filter has at least one criterion. A filter without criteria would select the whole fleet. */
export function narrows({ user, name, state, unknown, expiresWithin }: Filter): boolean {
  return [user, name, state, unknown, expiresWithin].some((one) => one !== undefined);
}

/** Lists the Macs that match, up to `most`. Calls `told` after each page with the number of Macs read so far. */
export function findComputers(
  client: Client,
  wanted: Wanted,
  { most, now, told }: { most: number; now: number; told?: (sofar: number) => void },
): Promise<Summary[]> {
  const { id, serial, user, name, text, state, unknown, expiresWithin, sort, profile } = wanted;
  return readPages(
    client,
    {
      path: 'computers',
      query: {
        id,
        serialNumber: serial,
        username: user,
        name,
        text,
        state,
        unknown,
        sort,
        profile,
        expiresBefore: expiresWithin === undefined ? undefined : now + expiresWithin,
        instance: wanted.instance,
      },
      answer: computerPage,
    },
    { items: (page) => page.computers, most, ...(told ? { told } : {}) },
  );
}

/**
 * Returns the Jamf Pro ID for a serial number or an ID. A text of one to seven digits is an ID, because serial
 * numbers are longer.
 * @throws CliError with `EXIT.notFound` if no Mac has the serial number, with `EXIT.refused` if several Macs have
 * it.
 */
export async function resolveId(client: Client, mac: string, instance: string | undefined): Promise<string> {
  if (/^\d{1,7}$/.test(mac)) return mac;
  const query = { serialNumber: mac, instance };
  const { computers } = await client({ path: 'computers', query, answer: computerPage });
  const [found, ...others] = computers;
  if (others.length > 0)
    throw new CliError(
      EXIT.refused,
      `${computers.length} Macs in Jamf Pro have the serial number ${mac}: IDs ${computers.map(({ id }) => id).join(', ')}. Use the ID instead.`,
    );
  if (!found)
    throw new CliError(
      EXIT.notFound,
      `Recert knows no Mac with the serial number ${mac}. Run recert computers ${mac} to search all fields.`,
    );
  return found.id;
}
