import type { Command } from '../model.js';

/** All stored commands in the order of sending, with an index per lookup key. */
export interface Books {
  all: () => readonly Command[];
  get: (uuid: string) => Command | undefined;
  ofManagementId: (managementId: string) => readonly Command[];
  ofComputer: (computerId: number) => readonly Command[];
  ofProfile: (profileId: number) => readonly Command[];
  add(command: Command): void;
  remove(commands: readonly Command[]): void;
}

/** Removes a command from a list in the order of sending. Uses a binary search, because the lists grow long. */
function removeFrom(list: Command[], { number }: Command): void {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.number ?? Infinity) < number) low = middle + 1;
    else high = middle;
  }
  if (list[low]?.number === number) list.splice(low, 1);
}

/** Index of commands by a property. Commands for which `keyOf` returns `null` are not indexed. */
function createIndex<K>(keyOf: (command: Command) => K | null) {
  const lists = new Map<K, Command[]>();
  return {
    of: (key: K): readonly Command[] => lists.get(key) ?? [],
    add: (command: Command) => {
      const key = keyOf(command);
      if (key === null) return;
      const list = lists.get(key);
      if (list) list.push(command);
      else lists.set(key, [command]);
    },
    remove: (command: Command) => {
      const key = keyOf(command);
      const list = key === null ? undefined : lists.get(key);
      if (list) removeFrom(list, command);
    },
  };
}

/** Creates an empty command store. */
export function createBooks(): Books {
  const list: Command[] = [];
  const byUuid = new Map<string, Command>();
  const byManagementId = createIndex(({ managementId }) => managementId);
  const byComputer = createIndex(({ computerId }) => computerId);
  const byProfile = createIndex(({ profileId }) => profileId);
  const indexes = [byManagementId, byComputer, byProfile];
  return {
    all: () => list,
    get: (uuid) => byUuid.get(uuid),
    ofManagementId: (managementId) => byManagementId.of(managementId.toLowerCase()),
    ofComputer: byComputer.of,
    ofProfile: byProfile.of,
    add: (command) => {
      list.push(command);
      byUuid.set(command.uuid, command);
      for (const index of indexes) index.add(command);
    },
    remove: (commands) => {
      // The list is copied, because the argument may be one of the lists that change here.
      for (const command of [...commands]) {
        removeFrom(list, command);
        byUuid.delete(command.uuid);
        for (const index of indexes) index.remove(command);
      }
    },
  };
}
