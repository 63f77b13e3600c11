import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../../harness/child.mjs';
import { openEnvironment } from '../../harness/environment.js';
import { onPath } from '../../scripts/install.mjs';
import { freePort } from '../../scripts/redis.mjs';
import { type ServerOptionsInput, type Simulator, startSimulator } from '../../simulator/index.js';
import { SEEDED } from '../../simulator/world/seeded.js';
import { type CommandBlock, commandBlocks, privilegesIn, scriptOf } from './page.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLIENT_SECRET = 'secret-of-the-customer';

/** Size and speed of the simulated customer. */
export interface SetupOptions {
  fleet: NonNullable<ServerOptionsInput['fleet']>;
  rhythm: NonNullable<ServerOptionsInput['rhythm']>;
  /** Lines that are added to the watched profile in recert.yaml; empty: the defaults of the product. */
  profileLines: readonly string[];
}

/**
 * Environment of a new customer: a Jamf Pro server with one Okta profile, an empty folder, and the command blocks of
 * docs/setup.md.
 */
export interface SetupEnvironment {
  /** The empty folder in which the commands run. */
  folder: string;
  simulator: Simulator;
  blocks: readonly CommandBlock[];
  options: SetupOptions;
  /** Address of the receiver. */
  url: string;
  /** Everything that the commands printed. */
  printed: () => string;
  /** Runs a block in the same shell as the previous blocks. @throws Error with the output when a command fails */
  run: (block: CommandBlock, values?: Readonly<Record<string, string>>) => Promise<void>;
  close(): Promise<void>;
}

/** Starts Redis, the simulator and a shell. Data and logs are written to `folder` (default: a temporary folder). */
export function openSetupEnvironment(options: SetupOptions, folder?: string): Promise<SetupEnvironment> {
  return openEnvironment(async (environment) => {
    const page = await readFile(join(ROOT, 'docs', 'setup.md'), 'utf8');
    const redis = await environment.redis();
    const simulator = environment.add(
      await startSimulator({
        fleet: options.fleet,
        rhythm: options.rhythm,
        http: { clients: [{ id: 'recert', secret: CLIENT_SECRET, privileges: privilegesIn(page) }] },
      }),
      (part) => part.close(),
    );
    removeSecondProfile(simulator);
    const empty = join(environment.folder, 'customer');
    await mkdir(empty);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const examples = {
      'https://example.jamfcloud.com': simulator.url,
      'https://recert.example.com': url,
      'redis://127.0.0.1:6379': redis.url,
    };
    const shell = await startShell(environment.folder, empty);
    environment.add(shell, (child) => endGroup(child));
    let count = 0;
    return {
      folder: empty,
      simulator,
      blocks: commandBlocks(page),
      options,
      url,
      printed: () => shell.out() + shell.err(),
      run: async (block, values = {}) => {
        count += 1;
        const file = join(environment.folder, `block-${count}`);
        await writeFile(`${file}.new`, `${scriptOf(block, Object.assign({}, examples, values))}\n`);
        await rename(`${file}.new`, `${file}.sh`);
        await shell.until(new RegExp(`^@@ ${count} done$`, 'mu'), 10 * 60_000);
      },
      close: () => environment.close(),
    };
  }, folder);
}

/** Removes the second profile, because a new customer has only the profile of the Okta page. */
function removeSecondProfile({ world }: Simulator): void {
  const blue = world.profiles.get(SEEDED.blue);
  if (!blue) throw new Error('The simulator has no Okta profile.');
  world.profiles.delete(SEEDED.green);
  const exclusions = Object.assign({}, blue.scope.exclusions, { computerGroups: [] });
  world.profiles.update(SEEDED.blue, { scope: Object.assign({}, blue.scope, { exclusions }) });
  for (const id of [SEEDED.joinGreen, SEEDED.leaveBlue]) world.groups.delete(id);
}

/**
 * Starts a shell that runs `block-1.sh`, `block-2.sh` and so on when these files appear. The client secret is on the
 * standard input of the shell, as if the user typed it. Package managers that would install Redis do nothing,
 * because the environment has a Redis server already.
 */
async function startShell(folder: string, empty: string): Promise<Child> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const program = async (name: string, command: string) => {
    await writeFile(join(bin, name), `#!/bin/sh\n${command}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await program('recert', `exec "${process.execPath}" "${join(ROOT, 'dist/src/cli/main.js')}" "$@"`);
  await program('sudo', 'exec "$@"');
  await program('apt-get', '[ "$*" = "install -y redis-server" ]');
  const redisCli = onPath('redis-cli') ?? onPath('valkey-cli');
  if (redisCli === undefined) throw new Error('Neither redis-cli nor valkey-cli is on PATH.');
  await program('redis-cli', `exec "${redisCli}" "$@"`);
  await writeFile(join(folder, 'typed'), `${CLIENT_SECRET}\n`);
  const loop = [
    'set -eu',
    `exec < "${folder}/typed"`,
    `cd "${empty}"`,
    'number=1',
    'while :; do',
    `  until [ -e "${folder}/block-$number.sh" ]; do sleep 0.1; done`,
    '  set -x',
    `  . "${folder}/block-$number.sh"`,
    '  { set +x; } 2>/dev/null',
    '  echo "@@ $number done"',
    '  number=$((number + 1))',
    'done',
  ];
  await writeFile(join(folder, 'shell.sh'), `${loop.join('\n')}\n`);
  return startChild('bash', [join(folder, 'shell.sh')], {
    env: { PATH: `${bin}:${process.env.PATH ?? ''}`, HOME: empty },
    log: join(folder, 'shell.log'),
    detached: true,
  });
}

/** Ends the shell and the processes that it started in the background. */
async function endGroup(child: Child): Promise<void> {
  const { pid } = child.process;
  try {
    // The process group exists while one of its processes runs, even if the shell has failed.
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
  await child.ended;
}
