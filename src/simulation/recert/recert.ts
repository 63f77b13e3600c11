import type { Cause } from '../../domain/redistribution/record.js';
import type { RedistributionPolicy } from '../../domain/watched.js';
import type { Policy, World } from '../world.js';
import type { BreakerBook } from './breaker.js';
import type { CapBook } from './caps.js';
import { consider } from './consider.js';
import { createDesk, DUE, LINE, LOOK, readInventory } from './desk.js';
import { drive } from './drive.js';
import { assessNow, knownComputer, type Open } from './fleet.js';
import { sideUnderWay } from './jamf.js';
import { rest } from './rest.js';

/** The manual request of an operator who handles a Mac that needs attention. */
const MANUAL_REQUEST: Cause = {
  kind: 'manual',
  by: 'operator',
  reason: 'needs attention',
  overrides: { hourlyCap: false },
};

/** Recert as a simulated policy: the production step function, limits and assessment, with simulated Redis and Jamf Pro. */
export function recert(
  world: World,
  policy: RedistributionPolicy,
  name = 'Recert',
): Policy & { caps: Pick<CapBook, 'most'>; breaker: Pick<BreakerBook, 'opened'> } {
  const desk = createDesk(world, policy);
  const { watched, jamf, news, line, opened } = desk;

  function run(mac: number, open: Open): void {
    if (drive(desk, mac, open) === 'waits') {
      rest(desk, mac, open);
      return;
    }
    opened.delete(mac);
    line.arrive(mac);
    begin(mac, { kind: 'due' });
  }

  function begin(mac: number, cause: Cause): void {
    const open = consider(desk, mac, cause);
    if (open !== null) run(mac, open);
  }

  function look(mac: number, open: Open): void {
    const now = world.now();
    if (open.factsAt <= now || news.hasReport(mac)) {
      if (news.isUp()) {
        open.factsAt = Infinity;
        readInventory(desk, mac);
        open.computer = knownComputer(world, mac, jamf.groupIds(mac));
        open.assessedUntil = now;
      } else {
        open.factsAt = news.answeredAt();
        if (open.record.wakeAt > now) {
          rest(desk, mac, open);
          return;
        }
      }
    }
    run(mac, open);
  }

  function called(mac: number): void {
    const open = opened.get(mac);
    if (open === undefined) line.arrive(mac);
    else run(mac, open);
  }

  return {
    name,
    caps: desk.caps,
    breaker: desk.breaker,
    begin() {
      for (let mac = 0; mac < world.scenario.computers; mac += 1) {
        const computer = knownComputer(world, mac, []);
        world.schedule(assessNow(computer, watched, world.now()).assessment.dueAt ?? 0, DUE, mac, 0);
      }
    },
    happens(kind, mac, data) {
      if (kind === LINE) {
        line.call(data, called);
        return;
      }
      const open = opened.get(mac);
      if (kind === LOOK) {
        if (open !== undefined && data === desk.looks[mac]) look(mac, open);
      } else if (open === undefined) begin(mac, kind === DUE ? { kind: 'due' } : MANUAL_REQUEST);
    },
    taken(mac, { error }) {
      const open = opened.get(mac);
      const command = open?.commands[sideUnderWay(open.record)].at(-1);
      if (command === undefined) return;
      command.state = error === null ? 'ACKNOWLEDGED' : 'ERROR';
      command.completedAt = world.now();
      command.error = error ?? '';
    },
  };
}
