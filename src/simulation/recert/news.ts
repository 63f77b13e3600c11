import type { Redistribution } from '../../domain/redistribution/record.js';
import { roll, STREAM } from '../random.js';
import { MINUTE_MS } from '../scenario.js';
import type { World } from '../world.js';

/** From a webhook, or a question, to the answer of Jamf: hints gather for two seconds. */
const READ_MS = 3_000;
const SWEEP_MS = 15 * MINUTE_MS;

/** When Recert hears of what happens in a fleet. */
export interface News {
  /** Whether Jamf can be reached now. */
  isUp(): boolean;
  /** When Jamf will have answered what it is asked for now. */
  answeredAt(): number;
  /** When the next check-in is heard of. One whose webhook is lost is made up for by the next. */
  checkInHeardAt(mac: number): number;
  /** When the next inventory is read: after its webhook, or by the sweep of what changed. */
  reportHeardAt(mac: number): number;
  /** Whether there is inventory that is not read yet. */
  hasReport(mac: number): boolean;
}

/** The news of a world: outages of Jamf and lost webhooks delay it. */
export function createNews(world: World): News {
  const { scenario, presence, macs } = world;
  const isLost = (mac: number, minute: number) =>
    roll(scenario.seed, mac, STREAM.lostWebhook, minute) < scenario.lostWebhooks;
  return {
    isUp: () => presence.jamfUpAt(world.now()) === world.now(),
    answeredAt: () => presence.jamfUpAt(world.now()) + READ_MS,
    checkInHeardAt(mac) {
      const first = presence.checkInAt(mac, world.now());
      const lost = isLost(mac, Math.floor(first / MINUTE_MS));
      return (lost ? presence.checkInAt(mac, first + 1) : first) + READ_MS;
    },
    reportHeardAt(mac) {
      const at = macs.nextReport(mac);
      const lost = isLost(mac, Math.floor(at / MINUTE_MS) + 1);
      const heardAt = Math.max(at + READ_MS + (lost ? SWEEP_MS : 0), world.now() + 1);
      const upAt = presence.jamfUpAt(heardAt);
      return upAt === heardAt ? heardAt : upAt + READ_MS;
    },
    hasReport: (mac) => macs.nextReport(mac) + READ_MS <= world.now(),
  };
}

/** As the worker watches for check-ins: the Mac is waited for, or has a command to take. */
export function deservesCheckIns({ state, blocked }: Redistribution): boolean {
  return state === 'triggered' || state === 'pushed' || blocked?.reason === 'offline';
}
