import { setTimeout as wait } from 'node:timers/promises';
import type { PretendJamf } from './pretend-jamf.js';
import type { DemoService } from './service.js';

const INTERVAL_MS = 20_000;
const DAY_MS = 86_400_000;
/** Remaining validity, in days, that makes a Mac due but not overdue. */
const LEFT_DAYS = 18;

/** Keeps the demo active after all due Macs are verified: makes one more Mac due every 20 seconds until `signal` aborts. */
export async function liveOn(
  run: { jamf: PretendJamf; service: DemoService },
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // An error is ignored: if the service is unreachable, the next round tries again.
    await makeOneDue(run, now).catch(() => undefined);
    await wait(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function makeOneDue(
  { jamf, service }: { jamf: PretendJamf; service: DemoService },
  now: () => number,
): Promise<void> {
  const mac = await service.someHealthyMac();
  if (mac === null) return;
  const days = Math.floor((mac.expiresAt - now()) / DAY_MS) - LEFT_DAYS;
  if (days > 0) await jamf.shiftExpiry(Number(mac.id), `-${days}d`);
}
