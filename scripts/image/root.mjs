import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version of Node.js and npm in the base image of the Dockerfile. */
const NODE = '24';

/**
 * Creates a root file system as in the base image: Debian trixie, Node.js and npm in /usr/local, and the user `node`
 * with the ID 1000. The registry and mirror are those of this host.
 * @param {string} folder
 * @param {string} [archive] existing root file system of Debian as tar archive; saves the download
 * @returns {string}
 */
export function nodeRoot(folder, archive = join(folder, 'debian.tar')) {
  const root = join(folder, 'base');
  mkdirSync(root);
  if (archive.startsWith(folder)) {
    const policy = execFileSync('apt-cache', ['policy', 'base-files'], { encoding: 'utf8' });
    const mirror = /https?:\S+/u.exec(policy)?.[0] ?? '';
    execFileSync(
      'mmdebstrap',
      ['--quiet', '--variant=minbase', '--include=ca-certificates', 'trixie', archive, mirror],
      { stdio: 'inherit' },
    );
  }
  execFileSync('tar', ['-xf', archive, '-C', root, '--exclude=./dev/*']);
  addNode(folder, root);
  appendFileSync(join(root, 'etc', 'passwd'), 'node:x:1000:1000::/home/node:/bin/bash\n');
  appendFileSync(join(root, 'etc', 'group'), 'node:x:1000:\n');
  for (const name of ['resolv.conf', 'hosts']) copyFileSync(join('/etc', name), join(root, 'etc', name));
  return root;
}

/** @param {string} folder @param {string} root */
function addNode(folder, root) {
  const from = join(folder, 'node');
  mkdirSync(from);
  writeFileSync(join(from, 'package.json'), '{ "private": true }\n');
  const name = `node-linux-${process.arch}`;
  execFileSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${NODE}`, 'npm@11'],
    { cwd: from, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const local = join(root, 'usr', 'local');
  copyFileSync(join(from, 'node_modules', name, 'bin', 'node'), join(local, 'bin', 'node'));
  chmodSync(join(local, 'bin', 'node'), 0o755);
  cpSync(join(from, 'node_modules', 'npm'), join(local, 'lib', 'node_modules', 'npm'), { recursive: true });
  execFileSync('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin', 'npm')]);
}
