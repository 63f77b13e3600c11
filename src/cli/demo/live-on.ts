import { setTimeout as wait } from 'node:timers/promises';
import type { PretendJamf } from './pretend-jamf.js';
import type { DemoService } from './service.js';

const EVERY_MS = 20_000;
const DAY_MS = 86_400_000;
/** Left of its certificate, so that it is due and not in danger. */
const LEFT_DAYS = 18;

/** After the proof the fleet lives on: every now and then one more Mac comes due. Ends with `signal`. */
export async function liveOn(
  run: { jamf: PretendJamf; service: DemoService },
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // Nothing hangs on it: what cannot be reached now may be the next time.
    await bringOneDue(run, now).catch(() => undefined);
    await wait(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function bringOneDue(
  { jamf, service }: { jamf: PretendJamf; service: DemoService },
  now: () => number,
): Promise<void> {
  const mac = await service.someHealthyMac();
  if (mac === null) return;
  const days = Math.floor((mac.expiresAt - now()) / DAY_MS) - LEFT_DAYS;
  if (days > 0) await jamf.shiftExpiry(Number(mac.id), `-${days}d`);
}
