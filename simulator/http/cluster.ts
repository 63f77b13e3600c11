import type { Request, Response } from 'express';
import type { Command, ComputerGroup } from '../world/model.js';
import type { World } from '../world/world.js';
import type { HttpOptions } from './options.js';

/** A fault: one cluster node lags more than the others. */
export interface NodeBehind {
  node: number;
  lagMs: number;
}

/** The cluster nodes behind one address. A node sees its own writes immediately and the writes of other nodes after a lag. */
export interface Cluster {
  /** Selects the node of the sticky cookie. Without the cookie, selects a random node and sets the cookie in the response. */
  route(req: Request, res: Response): number;
  /** Runs a write and records its node. `groupId`: the group whose members it may change. */
  write<T>(node: number, groupId: number | null, run: () => T): T;
  /** Returns the members of a group as a cluster node sees them. */
  membersOf(node: number, groupId: number): ReadonlySet<number>;
  /** Returns the groups of a computer as a cluster node sees them. */
  groupsOf(node: number, computerId: number): readonly ComputerGroup[];
  /** Returns the commands as a cluster node sees them, without the commands and responses that it has not received yet. */
  commandsOn(node: number, commands: readonly Command[]): readonly Command[];
}

interface MembershipWrite {
  node: number;
  groupId: number;
  at: number;
  added: readonly number[];
  removed: readonly number[];
}

/** How long changes of memberships are kept, milliseconds. It must be longer than any configured lag. */
const JOURNAL_MS = 86_400_000;
const JOURNAL_ENTRIES = 20_000;

/**
 * Creates the cluster. `random` (0 to 1) selects the node of a request without a cookie. `behind` returns the active
 * fault; `null` if there is none.
 */
export function createCluster(
  world: World,
  options: Pick<HttpOptions, 'nodes' | 'nodeLag'>,
  random: () => number,
  behind: () => NodeBehind | null,
): Cluster {
  const { nodes } = options;
  const now = () => world.clock.now();
  let journal: MembershipWrite[] = [];
  const originByUuid = new Map<string, number>();

  const lagOf = (node: number): number => {
    if (nodes === 1) return 0;
    const fault = behind();
    return fault?.node === node ? fault.lagMs : options.nodeLag;
  };
  const isVisible = (node: number, origin: number, at: number) =>
    origin === node || at <= now() - lagOf(node);
  const originOf = ({ uuid }: Command) =>
    originByUuid.get(uuid) ?? Number.parseInt(uuid.slice(0, 6), 16) % nodes;

  const membersOf = (node: number, groupId: number): ReadonlySet<number> => {
    const actual = world.groups.get(groupId)?.members ?? new Set<number>();
    const notYetVisible = journal.filter(
      (entry) => entry.groupId === groupId && !isVisible(node, entry.node, entry.at),
    );
    if (notYetVisible.length === 0) return actual;
    world.mishaps.staleAnswers += 1;
    const members = new Set(actual);
    for (const { added, removed } of notYetVisible.reverse()) {
      for (const id of added) members.delete(id);
      for (const id of removed) members.add(id);
    }
    return members;
  };

  return {
    route(req, res) {
      const sticky = nodeOfCookie(req.headers.cookie ?? '', nodes);
      if (sticky !== null) return sticky;
      const node = Math.floor(random() * nodes) % nodes;
      setCookies(res, node);
      return node;
    },
    write(node, groupId, run) {
      const lastBefore = world.commands.all().at(-1)?.number ?? 0;
      const before = new Set(groupId === null ? [] : world.groups.get(groupId)?.members);
      const result = run();
      if (nodes === 1) return result;
      const commands = world.commands.all();
      const firstNew = commands.findLastIndex(({ number }) => number <= lastBefore) + 1;
      for (const { uuid } of commands.slice(firstNew)) originByUuid.set(uuid, node);
      if (groupId !== null) {
        const after = world.groups.get(groupId)?.members ?? new Set<number>();
        journal.push({ node, groupId, at: now(), ...difference(before, after) });
        journal = journal.filter(({ at }) => at > now() - JOURNAL_MS).slice(-JOURNAL_ENTRIES);
      }
      return result;
    },
    membersOf,
    groupsOf(node, computerId) {
      if (lagOf(node) === 0) return world.groups.ofComputer(computerId);
      return world.groups.all().filter(({ id }) => membersOf(node, id).has(computerId));
    },
    commandsOn(node, commands) {
      if (lagOf(node) === 0) return commands;
      const known = commands
        .filter((command) => isVisible(node, originOf(command), command.sentAt))
        .map((command) =>
          command.completedAt === null || isVisible(node, originOf(command), command.completedAt)
            ? command
            : { ...command, state: 'PENDING' as const, completedAt: null, error: null },
        );
      const stale = known.length < commands.length || known.some((one, index) => one !== commands[index]);
      if (stale) world.mishaps.staleAnswers += 1;
      return known;
    },
  };
}

/** Returns the IDs that only one of two sets of members contains. */
function difference(before: ReadonlySet<number>, after: ReadonlySet<number>) {
  return {
    added: [...after].filter((id) => !before.has(id)),
    removed: [...before].filter((id) => !after.has(id)),
  };
}

const nodeName = (node: number): string => `sim-node-${node}`;

function setCookies(res: Response, node: number): void {
  res.append('Set-Cookie', `jpro-ingress=${nodeName(node)}; Path=/; HttpOnly`);
  res.append('Set-Cookie', `APBALANCEID=${nodeName(node)}; Path=/`);
}

/**
 * Returns the node that a sticky cookie names. Both cookie names are accepted, because a client may keep only one
 * cookie.
 */
function nodeOfCookie(header: string, nodes: number): number | null {
  const found = /(?:^|;\s*)(?:jpro-ingress|APBALANCEID)=sim-node-(\d+)/.exec(header)?.[1];
  const node = Number(found);
  return found !== undefined && node < nodes ? node : null;
}
