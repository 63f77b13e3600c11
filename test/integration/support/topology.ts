import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { findRedisServer, freePort } from '../../../scripts/redis.mjs';

/** A Redis process: server or Sentinel. Ends with the test. */
interface Node {
  port: number;
  client: Redis;
  kill: () => Promise<void>;
}

/** Starts `redis-server` with these configuration lines. */
async function startNode(lines: readonly string[], words: readonly string[] = []): Promise<Node> {
  const folder = await mkdtemp(join(tmpdir(), 'recert-redis-'));
  const port = await freePort();
  const file = join(folder, 'redis.conf');
  await writeFile(
    file,
    [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, 'save ""', ...lines, ''].join('\n'),
  );
  const child = spawn(findRedisServer(), [file, ...words], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const client = new Redis({ port, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(async () => {
    client.disconnect();
    if (child.exitCode === null && child.signalCode === null) await kill();
    await rm(folder, { recursive: true, force: true });
  });
  await client.ping();
  return { port, client, kill };
}

/** Starts a primary, a replica and a Sentinel that fails over after one second. */
export async function startSentinel() {
  const primary = await startNode([]);
  const replica = await startNode([`replicaof 127.0.0.1 ${primary.port}`]);
  const sentinel = await startNode(
    [
      `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
      'sentinel down-after-milliseconds main 1000',
      'sentinel failover-timeout main 5000',
    ],
    ['--sentinel'],
  );
  await eventually(async () => {
    expect(await replica.client.info('replication')).toContain('master_link_status:up');
    expect(await sentinel.client.call('SENTINEL', 'REPLICAS', 'main')).toHaveLength(1);
  });
  return { settings: { sentinels: [`127.0.0.1:${sentinel.port}`], name: 'main' }, primary, replica };
}

/** A self-signed certificate for localhost that a server and a client can use, in PEM. */
async function issueCertificate(folder: string): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost
    -addext subjectAltName=DNS:localhost -keyout ${key} -out ${cert}`;
  await promisify(execFile)('openssl', words.split(/\s+/));
  return { cert, key };
}

/**
 * Starts a server that accepts the user recert with a password, over TLS only with a client certificate. Returns the port and the
 * certificate, which is the server certificate, its CA and the client certificate.
 */
export async function startTlsServer(password: string) {
  const folder = await mkdtemp(join(tmpdir(), 'recert-tls-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = await issueCertificate(folder);
  const port = await freePort();
  await startNode([
    `tls-port ${port}`,
    `tls-ca-cert-file ${files.cert}`,
    `tls-cert-file ${files.cert}`,
    `tls-key-file ${files.key}`,
    'tls-auth-clients yes',
    // The rules of docs/security.md.
    `user recert on >${password} ~{recert}:* +@all -@admin -@dangerous +info +client|list`,
  ]);
  return { port, cert: await readFile(files.cert, 'utf8'), key: await readFile(files.key, 'utf8') };
}

const SLOTS = 16_384;

type ClusterNode = Node & { busPort: number };

async function startClusterNode(): Promise<ClusterNode> {
  const busPort = await freePort();
  const lines = ['cluster-enabled yes', `cluster-port ${busPort}`, 'cluster-node-timeout 5000'];
  return Object.assign(await startNode(lines), { busPort });
}

/** Starts a cluster of three primaries. With `replicas`, each of them has a replica, which replaces it when it is killed. */
export async function startCluster({ replicas = false }: { replicas?: boolean } = {}) {
  const nodes = await Promise.all([startClusterNode(), startClusterNode(), startClusterNode()]);
  for (const [index, { client, port, busPort }] of nodes.entries()) {
    const from = Math.ceil((index * SLOTS) / 3);
    const to = Math.ceil(((index + 1) * SLOTS) / 3) - 1;
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    await nodes[0].client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  }
  await eventually(async () => {
    for (const { client } of nodes) {
      const info = await client.call('CLUSTER', 'INFO');
      expect(info).toContain('cluster_state:ok');
      expect(info).toContain('cluster_known_nodes:3');
    }
  });
  if (replicas) {
    for (const node of nodes) await addReplica(node);
    // The primaries elect only replicas that they know, and they learn of each other's replicas from the primary that
    // will be killed.
    await eventually(async () => {
      for (const { client } of nodes)
        expect(String(await client.call('CLUSTER', 'NODES')).match(/ slave .* connected/g)).toHaveLength(3);
    });
  }
  return { settings: { cluster: nodes.map(({ port }) => `127.0.0.1:${port}`) }, nodes };
}

/** Adds a replica to a primary of a cluster, and waits until it has the data. */
async function addReplica(primary: ClusterNode): Promise<void> {
  const { client, port, busPort } = await startClusterNode();
  await primary.client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  const id = await primary.client.call('CLUSTER', 'MYID');
  // The replica learns the ID of its primary from the cluster, shortly after the meeting.
  await eventually(() => client.call('CLUSTER', 'REPLICATE', String(id)));
  await eventually(async () => {
    expect(await client.info('replication')).toContain('master_link_status:up');
  });
}
