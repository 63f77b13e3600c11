import type { Clock } from '../clock.js';
import type { Member } from '../fleet/member.js';
import type { StatusEntry } from '../model.js';
import { createRandom } from '../random.js';

/** Dependencies of the declarative status of Macs. */
export interface StatusContext {
  seed: number | string;
  clock: Clock;
  /** Maximum delay of a report after a change, milliseconds before squeezing. */
  within: number;
  isDown: () => boolean;
}

/** The declarative status of Macs: each Mac reports its managed certificates shortly after a change, without inventory. */
export interface StatusChannel {
  /** Reports the current state immediately, as a Mac does after enrollment. */
  report(member: Member): void;
  /** Schedules a report. If the Mac is offline at that time, it reports when it is online again. */
  changed(member: Member): void;
  cameOnline(member: Member): void;
}

/** First version of macOS that reports its certificates. */
const FIRST_MACOS = 14;

/** Creates the status channel. The state is in the members. */
export function createStatusChannel({ seed, clock, within, isDown }: StatusContext): StatusChannel {
  const report = (member: Member) => {
    const { computer, mac, status } = member;
    if (!computer.managed || Number(computer.osVersion.split('.')[0]) < FIRST_MACOS) return;
    const entries = mac.keychain
      .filter(({ username }) => username === '')
      .map(({ serialNumber, commonName }) => entryOf(serialNumber, commonName));
    const before = status?.entries ?? [];
    const has = (list: readonly StatusEntry[], { identifier }: StatusEntry) =>
      list.some((one) => one.identifier === identifier);
    const added = entries.filter((entry) => !has(before, entry));
    const removed = before.filter((entry) => !has(entries, entry));
    member.status = {
      at: clock.now(),
      entries,
      changes: [...added, ...removed.map((entry) => ({ ...entry, serialNumber: null }))],
      previous: status === null ? null : { at: status.at, entries: status.entries },
    };
  };
  const reportIfPossible = (member: Member) => {
    member.statusWanted = !member.mac.online || isDown();
    if (!member.statusWanted) report(member);
  };
  return {
    report,
    changed: (member) => {
      // A separate random stream, so that the life of the Mac does not depend on its status.
      const random = createRandom(seed, `status ${member.computer.id} ${member.issued}`);
      clock.after(within * random.between(0.05, 1), () => reportIfPossible(member));
    },
    cameOnline: (member) => {
      if (member.statusWanted) reportIfPossible(member);
    },
  };
}

/** The identifier of an entry is a UUID that depends on the certificate. */
function entryOf(serialNumber: string, subjectSummary: string): StatusEntry {
  const hex = createRandom(serialNumber, 'status').hex(32);
  const identifier = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { identifier, subjectSummary, serialNumber };
}
