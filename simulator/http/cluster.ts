import type { Request, Response } from 'express';
import type { Command, ComputerGroup } from '../world/model.js';
import type { World } from '../world/world.js';
import type { HttpOptions } from './options.js';

/** A node that lags more than the others: a fault that can be switched on. */
export interface NodeBehind {
  node: number;
  lagMs: number;
}

/** The nodes behind the one address. Each sees what it wrote itself at once, the rest after the lag. */
export interface Cluster {
  /** The node of the sticky cookie, else any; an answer to a request without the cookie sets it. */
  route(req: Request, res: Response): number;
  /** Does a write on a node and remembers whose it was. `groupId`: the group whose members it may change. */
  write<T>(node: number, groupId: number | null, run: () => T): T;
  /** Members of a group as a node knows them. */
  membersOf(node: number, groupId: number): ReadonlySet<number>;
  /** Groups of a computer as a node knows them. */
  groupsOf(node: number, computerId: number): readonly ComputerGroup[];
  /** Commands as a node knows them: not those it has not heard of, nor answers it has not heard of. */
  commandsOn(node: number, commands: readonly Command[]): readonly Command[];
}

interface MembershipWrite {
  node: number;
  groupId: number;
  at: number;
  added: readonly number[];
  removed: readonly number[];
}

/** Writes are remembered for this long and in this number; no sensible lag is longer. */
const JOURNAL_MS = 86_400_000;
const JOURNAL_ENTRIES = 20_000;

/** `random`: 0 to 1, picks the node of a request without cookie. `behind`: the fault, asked each time. */
export function createCluster(
  world: World,
  options: Pick<HttpOptions, 'nodes' | 'nodeLag'>,
  random: () => number,
  behind: () => NodeBehind | null,
): Cluster {
  const { nodes } = options;
  const now = () => world.clock.now();
  let journal: MembershipWrite[] = [];
  const claims = new Map<string, number>();

  const lagOf = (node: number): number => {
    if (nodes === 1) return 0;
    const fault = behind();
    return fault?.node === node ? fault.lagMs : options.nodeLag;
  };
  const heard = (node: number, origin: number, at: number) => origin === node || at <= now() - lagOf(node);
  const originOf = ({ uuid }: Command) => claims.get(uuid) ?? Number.parseInt(uuid.slice(0, 6), 16) % nodes;

  const membersOf = (node: number, groupId: number): ReadonlySet<number> => {
    const truth = world.groups.get(groupId)?.members ?? new Set<number>();
    const unheard = journal.filter(
      (entry) => entry.groupId === groupId && !heard(node, entry.node, entry.at),
    );
    if (unheard.length === 0) return truth;
    world.mishaps.staleAnswers += 1;
    const members = new Set(truth);
    for (const { added, removed } of unheard.reverse()) {
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
      res.append('Set-Cookie', `jpro-ingress=${nodeName(node)}; Path=/; HttpOnly`);
      res.append('Set-Cookie', `APBALANCEID=${nodeName(node)}; Path=/`);
      return node;
    },
    write(node, groupId, run) {
      const lastBefore = world.commands.all().at(-1)?.number ?? 0;
      const before = new Set(groupId === null ? [] : world.groups.get(groupId)?.members);
      const result = run();
      if (nodes === 1) return result;
      const commands = world.commands.all();
      const firstNew = commands.findLastIndex(({ number }) => number <= lastBefore) + 1;
      for (const { uuid } of commands.slice(firstNew)) claims.set(uuid, node);
      if (groupId !== null) {
        const after = world.groups.get(groupId)?.members ?? new Set<number>();
        const added = [...after].filter((id) => !before.has(id));
        const removed = [...before].filter((id) => !after.has(id));
        journal.push({ node, groupId, at: now(), added, removed });
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
        .filter((command) => heard(node, originOf(command), command.sentAt))
        .map((command) =>
          command.completedAt === null || heard(node, originOf(command), command.completedAt)
            ? command
            : { ...command, state: 'PENDING' as const, completedAt: null, error: null },
        );
      const stale = known.length < commands.length || known.some((one, index) => one !== commands[index]);
      if (stale) world.mishaps.staleAnswers += 1;
      return known;
    },
  };
}

const nodeName = (node: number): string => `sim-node-${node}`;

/** Either cookie will do: tools look for one or the other. */
function nodeOfCookie(header: string, nodes: number): number | null {
  const found = /(?:^|;\s*)(?:jpro-ingress|APBALANCEID)=sim-node-(\d+)/.exec(header)?.[1];
  const node = Number(found);
  return found !== undefined && node < nodes ? node : null;
}
