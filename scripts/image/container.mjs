import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../../harness/child.mjs';

/** Variables of this host that npm needs to reach its registry. */
const REGISTRY = { npm_config_registry: ['config', 'get', 'registry'] };

/** Mounts /proc and /dev of a root file system in the mount namespace of the shell. `$1`: the root. */
const MOUNTS =
  'mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; mount -t tmpfs -o mode=1777 tmpfs "$1/tmp";';

/**
 * Runs commands in a root file system, in separate mount and process namespaces.
 * @param {string} root
 */
export function containerIn(root) {
  return {
    /**
     * Runs a shell command as root with access to the registry, like RUN.
     * @param {string} command
     * @param {{ folder: string, env: Record<string, string> }} options
     */
    build(command, { folder, env }) {
      const certificates = process.env.NODE_EXTRA_CA_CERTS;
      if (certificates) copyFileSync(certificates, join(root, 'usr', 'local', 'share', 'build-ca.pem'));
      const variables = {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: '/root',
        npm_config_cache: '/tmp/npm',
        npm_config_registry: execFileSync('npm', REGISTRY.npm_config_registry, { encoding: 'utf8' }).trim(),
        ...(certificates ? { NODE_EXTRA_CA_CERTS: '/usr/local/share/build-ca.pem' } : {}),
        ...env,
      };
      const script = `set -e; ${MOUNTS} exec chroot "$1" /bin/sh -c 'cd "$0" && eval "$1"' "$2" "$3"`;
      execFileSync(
        'unshare',
        ['--mount', '--pid', '--fork', 'sh', '-c', script, 'sh', root, folder, command],
        { env: variables, stdio: ['ignore', 'ignore', 'inherit'] },
      );
      execFileSync('rm', ['-f', join(root, 'usr', 'local', 'share', 'build-ca.pem')]);
    },

    /**
     * Starts a command like a container with a read-only root: the user and environment of the image, no capability,
     * no new privileges, a writable /tmp, and the folder `config` at /etc/recert.
     * @param {readonly string[]} words
     * @param {{ settings: { user: string, folder: string, env: Record<string, string> }, config: string, network: Network, env?: Record<string, string> }} options
     */
    start(words, { settings, config, network, env = {} }) {
      mkdirSync(join(root, 'etc', 'recert'), { recursive: true });
      const [uid = '', gid = ''] = settings.user.split(':');
      const variables = Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', ...settings.env, ...env });
      const script = [
        'set -e; root=$1; shift; mount --bind "$root" "$root"; mount -o remount,ro,bind "$root";',
        MOUNTS.replaceAll('$1', '$root'),
        `mount --bind "${config}" "$root/etc/recert"; mount -o remount,ro,bind "$root/etc/recert";`,
        `exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs --reuid=${uid} --regid=${gid} --clear-groups`,
      ].join(' ');
      // chroot needs a capability, so it runs before setpriv, which is therefore the program of the image's Debian.
      const inside = script.replace('exec setpriv', 'exec chroot "$root" /usr/bin/setpriv');
      const run = `${inside} /usr/bin/env -i -C ${settings.folder} "$@"`;
      const assigned = variables.map(([name, value]) => `${name}=${value}`);
      const child = startChild(
        'nsenter',
        [
          ...network.words,
          'unshare',
          '--mount',
          '--pid',
          '--fork',
          '--kill-child',
          'sh',
          '-c',
          run,
          'sh',
          root,
        ].concat(assigned, words),
      );
      return Object.assign(child, { stop: (/** @type {NodeJS.Signals} */ signal) => stop(child, signal) });
    },
  };
}

/**
 * Sends a signal to the first process of a container, like a container engine, and waits for its exit. A signal to
 * unshare, its parent, does not reach it: unshare ignores SIGTERM, and the change of the user cancels --kill-child.
 * @param {import('../../harness/child.mjs').Child} child
 * @param {NodeJS.Signals} signal
 */
function stop({ process: { pid, exitCode }, ended }, signal) {
  if (exitCode !== null) return ended;
  const inner = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  process.kill(inner, signal);
  return ended;
}

/** @typedef {{ words: readonly string[], close: () => void }} Network */

/**
 * Creates a network namespace that has only a loopback interface.
 * @returns {Network}
 */
export function isolatedNetwork() {
  const holder = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && exec sleep 3600'], {
    stdio: 'ignore',
  });
  const words = [`--net=/proc/${holder.pid}/ns/net`];
  // The namespace of the process changes shortly after its start, and then the interface is up.
  execFileSync('sh', [
    '-c',
    `until nsenter ${words[0]} ip -4 address show lo up 2>/dev/null | grep -q 127.0.0.1 && [ "$(readlink /proc/${holder.pid}/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done`,
  ]);
  return { words, close: () => void holder.kill() };
}
