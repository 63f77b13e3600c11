import type { Command } from 'commander';
import { z } from 'zod';
import { computerPage, listedState, unknownReason } from '../../contract/resources/computer.js';
import { duration } from '../../config/values/duration.js';
import type { Client } from '../http/client.js';
import { CliError, EXIT } from '../exit.js';
import { choice, instance, withInstance } from '../options.js';
import { readPages } from '../http/pages.js';

/** A Mac in a list. */
export type Summary = z.output<typeof computerPage>['computers'][number];

/** Which Macs are meant: what `recert computers` finds is what `recert redistribute` takes. */
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

/** The words of the API for a filter, and more of them. */
export type Wanted = Filter & {
  id?: string | undefined;
  serial?: string | undefined;
  text?: string | undefined;
  sort?: string | undefined;
};

/** Adds the options of `filterOptions` to a command. */
export function withFilter(command: Command): Command {
  command
    .option('--user <user>', 'beginning of a word of the username, real name or email address')
    .option('--name <name>', 'beginning of a word of the name of the Mac')
    .addOption(choice('--state <state>', 'only Macs in this state', listedState.options))
    .addOption(
      choice(
        '--unknown <why>',
        'only Macs of which nothing can be said, for this reason',
        unknownReason.options,
      ),
    )
    .option('--expires-within <duration>', 'only Macs whose certificate expires within, such as 14d')
    .option('--profile <profile>', 'the watched profile, when there are several');
  return withInstance(command);
}

/** Whether a filter says anything: the whole fleet is never meant by saying nothing. */
export function narrows({ user, name, state, unknown, expiresWithin }: Filter): boolean {
  return [user, name, state, unknown, expiresWithin].some((one) => one !== undefined);
}

/** Macs that are wanted, up to `most`. */
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

/** Id of a Mac that is named by its serial number or its id: ids are digits, and serial numbers never only so few of them. */
export async function resolveId(client: Client, mac: string, instance: string | undefined): Promise<string> {
  if (/^\d{1,7}$/.test(mac)) return mac;
  const query = { serialNumber: mac, instance };
  const { computers } = await client({ path: 'computers', query, answer: computerPage });
  const [found] = computers;
  if (!found)
    throw new CliError(
      EXIT.notFound,
      `No Mac with the serial number ${mac} is known. recert computers ${mac} searches more widely.`,
    );
  return found.id;
}
