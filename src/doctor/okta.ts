import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.js';
import { formatDuration } from '../config/values/duration.js';
import type { OktaFailure, OktaPart, OktaRead } from '../domain/okta/state.js';
import { createOktaConnector } from '../okta/connector.js';
import { createOktaStore } from '../store/okta/okta.js';
import { keysUnder } from '../store/redis/keys.js';
import { type Finding, ok, warn } from './finding.js';

const WITHOUT =
  'Renewals continue without Okta; Recert does not learn of a reset secret before renewals fail.';

/** Signs in to Okta as the workers do, and reads both parts. Without `okta` in the configuration, checks nothing. */
export async function checkOkta(config: Config, now: () => number): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [instance, { okta }] of Object.entries(config.instances)) {
    if (!okta) continue;
    const connector = createOktaConnector(okta, now);
    const authorities = await connector.authorities();
    const log = await connector.events({ cursor: null, since: now() - 60_000 });
    const { length } = 'found' in authorities ? authorities.found.configurations : [];
    found.push(
      { ...judge('okta authorities', authorities, `${length} active SCEP configurations`), instance },
      { ...judge('okta log', log, 'can be read'), instance },
    );
  }
  return found;
}

/** Reports when the workers last read Okta, from Redis. */
export async function checkOktaAge(config: Config, redis: Redis, now: () => number): Promise<Finding[]> {
  const store = createOktaStore({ redis, key: keysUnder(config.redis.prefix) });
  const found: Finding[] = [];
  for (const [instance, { okta }] of Object.entries(config.instances)) {
    if (!okta) continue;
    const state = await store.get(instance);
    found.push({ ...judgeAge(state?.log ?? null, now()), instance });
  }
  return found;
}

function judge(check: string, read: OktaRead<unknown>, text: string): Finding {
  return 'found' in read ? ok(check, text) : warn(check, read.failed.text, adviceFor(read.failed));
}

function adviceFor({ kind }: OktaFailure): string {
  const first =
    kind === 'limited'
      ? 'Raise the rate limit of the service app in Okta, or `every`.'
      : kind === 'away'
        ? 'Check the address and the connection to Okta.'
        : 'See docs/okta.md for the service app, its scopes and its role.';
  return `${first} ${WITHOUT}`;
}

function judgeAge(log: OktaPart | null, now: number): Finding {
  const check = 'okta age';
  if (log === null) return warn(check, 'the workers have not read Okta yet', 'Check that a worker runs.');
  const age = log.readAt === null ? 'never' : `${formatDuration(Math.max(0, now - log.readAt))} ago`;
  if (log.failed !== null) return warn(check, `${log.failed.text}; last read ${age}`, adviceFor(log.failed));
  return ok(check, `the System Log was read ${age}`);
}
