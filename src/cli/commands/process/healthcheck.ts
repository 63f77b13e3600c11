import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { loadConfig } from '../../../config/load.js';
import type { Config } from '../../../config/schema.js';
import { act, type Cli } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';

/** Below the timeout of the health check of the container image. */
const TIMEOUT_MS = 2_500;

const PROCESSES = ['serve', 'work'] as const;

/**
 * Adds `recert healthcheck`, the health check of the container image. The address, the port and TLS come from the
 * configuration, so the check works with every configuration that the process starts with.
 */
export function addHealthCheckCommand(program: Command, cli: Cli): void {
  const command = program
    .command('healthcheck')
    .description('check that the process of this container or host responds at /healthz')
    .addArgument(
      new Argument('[process]', 'process to check (default: the one that responds)').choices(PROCESSES),
    );
  withExamples(command, 'recert healthcheck', 'recert healthcheck work');
  act(command, cli, z.object({}), async ({ words: [process] }) => {
    const config = loadConfig(cli.context.environment);
    const checked = PROCESSES.filter((name) => process === undefined || name === process);
    const results = await Promise.all(checked.map((name) => probe(addressOf(name, config))));
    for (const result of results) (result.healthy ? cli.context.out : cli.context.err)(result.text);
    return results.some(({ healthy }) => healthy) ? EXIT.done : EXIT.failed;
  });
}

function addressOf(process: (typeof PROCESSES)[number], { http, worker }: Config): URL {
  const { host, port } = process === 'serve' ? http : worker;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const scheme = process === 'serve' && http.tls ? 'https' : 'http';
  return new URL(`${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/healthz`);
}

/**
 * Requests `url`. The certificate is not verified: it has the public name of the receiver and not the address of this
 * host, and the request contains no secret.
 */
async function probe(url: URL): Promise<{ healthy: boolean; text: string }> {
  const options = { timeout: TIMEOUT_MS, rejectUnauthorized: false, agent: false };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve);
      sent
        .on('timeout', () => sent.destroy(new Error(`no response within ${TIMEOUT_MS} ms`)))
        .on('error', reject)
        .end();
    });
    response.resume();
    return { healthy: response.statusCode === 200, text: `${url.href}: ${response.statusCode}` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { healthy: false, text: `${url.href}: ${message === '' ? (code ?? 'unreachable') : message}` };
  }
}
