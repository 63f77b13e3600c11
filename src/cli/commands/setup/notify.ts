import type { Command } from 'commander';
import { z } from 'zod';
import { loadConfig } from '../../../config/load.js';
import type { NotificationsConfig } from '../../../config/sections/notifications.js';
import type { Config } from '../../../config/schema.js';
import type { Secret } from '../../../config/values/secret.js';
import type { Phase } from '../../../domain/incidents/incident.js';
import { trySend } from '../../../notify/channel.js';
import type { Notice } from '../../../domain/incidents/notice.js';
import { ask } from '../../../notify/post.js';
import { act, type Cli } from '../../cli.js';
import type { Context } from '../../context.js';
import { CliError, EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';
import { messageOf } from '../../../process/error-message.js';

const options = z.object({ channel: z.string().optional() });

type Channels = NotificationsConfig['channels'];

/**
 * Adds `recert notify test`, which sends a test incident and its resolution to every notification channel from
 * this machine.
 */
export function addNotifyCommand(program: Command, cli: Cli): void {
  const notify = program
    .command('notify')
    .description('test the channels for incident notifications')
    .helpCommand(false);
  const test = notify
    .command('test')
    .description(
      'send a test message and its resolution to every channel, regardless of severity and quiet hours, and one heartbeat',
    )
    .option('--channel <name>', 'only the channel with this name')
    .addHelpText(
      'after',
      '\nSends the test message from this machine, with the configuration in RECERT_CONFIG. Exit code 1 if a channel did not accept the message.',
    );
  withExamples(test, 'RECERT_CONFIG=recert.yaml recert notify test --channel slack');
  act(test, cli, options, async ({ options: { channel, json } }) => {
    const { context } = cli;
    const config = loadConfig(context.environment);
    const { channels, heartbeat } = config.notifications;
    const results = await Promise.all([
      ...Object.entries(chosen(channels, channel)).map(async ([name, one]) => {
        const said = await attempt(one, config, context);
        return { channel: name, type: one.type, taken: said === null, error: said };
      }),
      ...(heartbeat === undefined || channel !== undefined ? [] : [beat(heartbeat)]),
    ]);
    if (json) printJson(context, results);
    else
      for (const { channel: name, type, error } of results)
        context.out(
          error === null
            ? `${context.colors.green('ok  ')}  ${name}: accepted by ${type}`
            : `${context.colors.red('fail')}  ${name}: not accepted by ${type}: ${error}`,
        );
    return results.every(({ taken }) => taken) ? EXIT.done : EXIT.failed;
  });
}

async function beat(
  url: Secret,
): Promise<{ channel: string; type: string; taken: boolean; error: string | null }> {
  const error = await ask({ method: 'GET', url: url.reveal() }).then(() => null, messageOf);
  return { channel: 'heartbeat', type: 'heartbeat monitor', taken: error === null, error };
}

function chosen(channels: Channels, name: string | undefined): Channels {
  const all = Object.keys(channels);
  if (all.length === 0) throw new CliError(EXIT.usage, 'No channel is configured in notifications.channels.');
  if (name === undefined) return channels;
  const one = channels[name];
  if (one === undefined)
    throw new CliError(EXIT.usage, `No channel named ${name}. Configured: ${all.join(', ')}.`);
  return { [name]: one };
}

/**
 * Sends the test message and its resolution to a channel. Returns the error message, or `null` if the channel
 * accepted both.
 */
async function attempt(
  channel: Channels[string],
  { http, redis }: Config,
  { now }: Context,
): Promise<string | null> {
  const openedAt = now();
  const notice = (phase: Phase): Notice => ({
    incident: {
      key: `test/${openedAt}`,
      kind: 'test',
      severity: 'info',
      instance: null,
      title: 'Recert test notification',
      text: 'Sent with recert notify test. No action is needed.',
      path: '/',
    },
    phase,
    id: `test-${openedAt}-${phase}`,
    dedupKey: `${redis.prefix}/test/${openedAt}`,
    openedAt,
    recoveredAt: phase === 'recovered' ? now() : null,
    link: http.publicUrl ?? null,
  });
  const sender = { source: http.publicUrl === undefined ? redis.prefix : new URL(http.publicUrl).host, now };
  const error =
    (await trySend(channel, notice('opened'), sender)) ??
    (await trySend(channel, notice('recovered'), sender));
  return error?.message ?? null;
}
