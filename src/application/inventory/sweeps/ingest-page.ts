import type { Computer } from '../../../domain/computer.js';
import { type Coverage, NO_COVERAGE, withMac } from '../../../domain/health/coverage.js';
import { profilesOf, type WatchedProfile } from '../../../domain/watched.js';
import type { AssessedMac, FleetDeps } from '../deps.js';
import type { JamfClient, SweepResult } from '../../ports.js';
import { requestAssessment } from '../request-assessment.js';
import { ingestComputers, setAside } from '../ingest-computers.js';

type InventoryPage = Awaited<ReturnType<JamfClient['listComputers']>>;

/** Delay before a Mac that failed is assessed again, milliseconds. */
const RETRY_AFTER_MS = 60_000;
/** Maximum number of unreadable Macs that the result names. */
const MAX_NAMED = 100;

/**
 * Stores and assesses one page of Macs. A Mac that fails or could not be read is queued for another assessment, so
 * that the sweep can continue. Returns the number of records on the page, and the result of the sweep including this
 * page.
 */
export async function ingestPage(
  deps: FleetDeps,
  instance: string,
  { computers, records = computers.length, setAside: unread = [], withoutId = [] }: InventoryPage,
  {
    watched,
    readAt,
    result = { coverage: {}, setAside: [] },
  }: { watched: readonly WatchedProfile[]; readAt: number; result?: SweepResult },
): Promise<{ records: number; result: SweepResult }> {
  const { failed, decided } = await ingestComputers(deps, instance, { computers, watched, readAt });
  await requestAssessment(deps, instance, failed, { reason: 'sweep', ripeAt: deps.now() + RETRY_AFTER_MS });
  await setAside(deps, instance, unread);
  return {
    records,
    result: {
      coverage: coverageWith(result.coverage, { decided, computers, readAt }),
      setAside: [...new Set([...result.setAside, ...unread, ...withoutId])].slice(0, MAX_NAMED),
    },
  };
}

function coverageWith(
  before: SweepResult['coverage'],
  {
    decided,
    computers,
    readAt,
  }: { decided: readonly AssessedMac[]; computers: readonly Computer[]; readAt: number },
): SweepResult['coverage'] {
  const fresh = new Map(computers.map((computer) => [computer.id, computer]));
  const coverage = new Map<string, Coverage>(Object.entries(before));
  for (const { computer, watched, assessment } of decided) {
    const { name, policy } = watched;
    const certificates = fresh.get(computer.id)?.certificates ?? [];
    const settings = { halves: profilesOf(watched).map(({ id }) => id), staleMs: policy.stale, now: readAt };
    const mac = { computer, assessment, certificates };
    coverage.set(name, withMac(coverage.get(name) ?? NO_COVERAGE, mac, settings));
  }
  return Object.fromEntries(
    [...coverage].map(([name, one]) => [name, { ...one, subjects: [...one.subjects] }]),
  );
}
