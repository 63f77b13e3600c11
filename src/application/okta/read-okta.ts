import { applyEvents } from '../../domain/okta/events.js';
import { newOktaState, type OktaFailure, type OktaPart, type OktaState } from '../../domain/okta/state.js';
import type { FleetDeps } from '../inventory/deps.js';
import type { SweepOutcome } from '../inventory/sweeps/outcome.js';
import { BUSY } from '../inventory/sweeps/outcome.js';
import { withSweepLease } from '../inventory/sweeps/sweep-lease.js';
import { holdStaleSecrets } from './hold-stale-secrets.js';
import { findRevokedMacs } from './revoked-macs.js';

/** Certificate authorities are read every 30 intervals of the System Log, because they change once in years. */
const AUTHORITIES_INTERVALS = 30;
/** Maximum number of pages of the System Log in one job. The next job continues. */
const MAX_PAGES = 20;
/** How far the System Log is read back when there is no cursor, milliseconds: events are stored late. */
const OVERLAP_MS = 15 * 60_000;
/** How far the System Log is read back at first, milliseconds: for revoked certificates, which Okta keeps for 90 days. */
const FIRST_MS = 7 * 86_400_000;

/**
 * Reads the System Log and, less often, the certificate authorities of the Okta organization, stores what they say, and
 * stops renewals with a secret that was reset. One process at a time does this. What cannot be read keeps its last
 * value: without Okta, nothing changes.
 */
export async function readOkta(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  return (await withSweepLease(deps, instance, 'okta', () => read(deps, instance))) ?? BUSY;
}

async function read(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  const connector = deps.okta(instance);
  const every = deps.instances[instance]?.okta?.every;
  if (connector === null || every === undefined)
    return { outcome: 'nothing-watched', pages: 0, computers: 0 };
  const before = (await deps.oktaStates.get(instance)) ?? newOktaState(deps.now() - FIRST_MS);
  let state = before;
  if (state.waitUntil <= deps.now()) {
    const log = await readLog(deps, instance, state);
    const dueAt = (state.authorities.readAt ?? 0) + AUTHORITIES_INTERVALS * every;
    const isDue = log.rereads || state.authorities.failed !== null || dueAt <= deps.now();
    state = isDue ? await readAuthorities(deps, instance, log.state) : log.state;
  }
  state = { ...state, ...(await findRevokedMacs(deps, instance, state)) };
  state = { ...state, held: await holdStaleSecrets(deps, instance, state) };
  await deps.oktaStates.save(instance, state);
  report(deps, instance, before, state);
  return { outcome: 'done', pages: 0, computers: 0 };
}

async function readLog(
  deps: Pick<FleetDeps, 'okta' | 'now'>,
  instance: string,
  state: OktaState,
): Promise<{ state: OktaState; rereads: boolean }> {
  let next = state;
  let rereads = false;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { cursor, since } = next.log;
    const at = deps.now();
    const answer = await deps.okta(instance)?.events({ cursor, since });
    if (answer === undefined || 'failed' in answer) {
      const failed = answer?.failed ?? null;
      return { state: { ...next, log: { ...next.log, failed }, waitUntil: waitUntil(failed, at) }, rereads };
    }
    const { events, more } = answer.found;
    const { resets, revoked, rereads: concerns } = applyEvents(next, events);
    rereads ||= concerns;
    const log = {
      readAt: at,
      failed: null,
      cursor: answer.found.cursor,
      since: Math.max(since, at - OVERLAP_MS),
    };
    next = { ...next, resets, revoked, log };
    if (!more) break;
  }
  return { state: next, rereads };
}

async function readAuthorities(
  deps: Pick<FleetDeps, 'okta' | 'now'>,
  instance: string,
  state: OktaState,
): Promise<OktaState> {
  const at = deps.now();
  const answer = await deps.okta(instance)?.authorities();
  if (answer === undefined || 'failed' in answer) {
    const failed = answer?.failed ?? null;
    const authorities = { ...state.authorities, failed };
    return { ...state, authorities, waitUntil: Math.max(state.waitUntil, waitUntil(failed, at)) };
  }
  return { ...state, ...answer.found, authorities: { readAt: at, failed: null } };
}

function waitUntil(failed: OktaFailure | null, now: number): number {
  return failed?.waitMs === undefined ? 0 : now + failed.waitMs;
}

/** Emits an operator event when a part of Okta can no longer be read, and when it can be read again. */
function report({ telemetry }: FleetDeps, instance: string, before: OktaState, after: OktaState): void {
  const parts: [string, OktaPart, OktaPart][] = [
    ['System Log', before.log, after.log],
    ['certificate authorities', before.authorities, after.authorities],
  ];
  for (const [part, { failed: earlier }, { failed }] of parts)
    if (failed?.text !== earlier?.text)
      telemetry.emit('fleet.okta-read', { instance, part, error: failed?.text ?? '' });
}
