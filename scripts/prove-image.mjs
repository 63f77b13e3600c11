import { execFileSync } from 'node:child_process';
import {
  cpSync,
  statSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pairsOf, parseDockerfile, settingsOf } from '../harness/dockerfile.mjs';
import { containerIn, isolatedNetwork } from './image/container.mjs';
import { nodeRoot } from './image/root.mjs';
import { proveRunning } from './image/running.mjs';
import { onPath } from './install.mjs';
import { orExplain, ROOT } from './setup.mjs';

/** Programs of Debian that the proof needs. */
const NEEDED = ['mmdebstrap', 'unshare', 'nsenter', 'ip', 'setpriv', 'redis-server'];

/**
 * `npm run prove:image [-- --base root.tar]`: executes the instructions of the Dockerfile without a container engine,
 * in a root file system of Debian trixie with Node.js 24 from npm, which stands for the base image. Then runs the
 * receiver, the worker and the demo there as the user of the image, with a read-only root. Requires root on Debian.
 */
async function proveImage() {
  const missing = NEEDED.filter((name) => !onPath(name));
  if (missing.length > 0 || process.getuid?.() !== 0)
    throw new Error(`prove:image requires root and these programs of Debian: ${NEEDED.join(', ')}.`);
  const folder = mkdtempSync(join(tmpdir(), 'recert-image-'));
  const stages = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  const base = nodeRoot(folder, process.argv[3]);
  const context = buildContext(join(folder, 'context'));
  for (const stage of stages) buildStage(stage, { folder, base, context });
  const final = stages.at(-1);
  if (!final) throw new Error('The Dockerfile has no stage.');
  const image = join(folder, 'stages', final.name);
  reportContent(image);
  const network = isolatedNetwork();
  try {
    await proveRunning({ folder, image, settings: settingsOf(final), network });
  } finally {
    network.close();
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Copies the files that .dockerignore lets through. @param {string} to */
function buildContext(to) {
  const names = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  if (names[0] !== '*') throw new Error('.dockerignore must exclude everything first.');
  for (const name of names.filter((line) => line.startsWith('!')).map((line) => line.slice(1)))
    cpSync(join(ROOT, name), join(to, name), { recursive: true });
  return to;
}

/**
 * @param {import('../harness/dockerfile.mjs').Stage} stage
 * @param {{ folder: string, base: string, context: string }} places
 */
function buildStage({ name: stageName, steps }, { folder, base, context }) {
  const root = join(folder, 'stages', stageName);
  mkdirSync(dirname(root), { recursive: true });
  execFileSync('cp', ['-a', base, root]);
  let workFolder = '/';
  /** @type {Record<string, string>} */
  const env = {};
  for (const { name, value } of steps) {
    process.stdout.write(`${stageName}: ${name} ${value.slice(0, 90)}\n`);
    if (name === 'WORKDIR') mkdirSync(join(root, (workFolder = value)), { recursive: true });
    else if (name === 'ENV') Object.assign(env, pairsOf(value));
    else if (name === 'RUN') containerIn(root).build(value, { folder: workFolder, env });
    else if (name === 'COPY') {
      const words = value.split(/\s+/u);
      const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
      const target = resolve(workFolder, words.pop() ?? '');
      const source = from === undefined ? context : join(folder, 'stages', from);
      for (const word of words)
        copy(join(source, word), join(root, target), value.endsWith('/') || word === '.');
    }
  }
}

/** @param {string} from @param {string} to @param {boolean} into whether `to` is the folder for a file */
function copy(from, to, into) {
  const isFolder = statSync(from).isDirectory();
  cpSync(from, into && !isFolder ? join(to, from.slice(from.lastIndexOf('/') + 1)) : to, { recursive: true });
}

/** Lists the content of the image, and fails if it contains what it must not contain. @param {string} image */
function reportContent(image) {
  const files = readdirSync(join(image, 'app'), { recursive: true, encoding: 'utf8' });
  const packages = files.filter((name) => /^node_modules\/(?:@[^/]+\/)?[^/@]+\/package\.json$/u.test(name));
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const wrong = [
    ...packages.map(dirname).filter((name) => lock[name]?.dev || name === 'node_modules/typescript'),
    ...files.filter(
      (name) =>
        !name.startsWith('node_modules/') &&
        /(?:\.tsx?|\.test\.\w+|\.map|\.env|\.pem|\.key)$|^(?:src|test|prove)\//u.test(name),
    ),
  ];
  if (wrong.length > 0) throw new Error(`The image contains: ${wrong.slice(0, 20).join(', ')}`);
  for (const name of readdirSync(join(image, 'app'))) {
    const size = execFileSync('du', ['-sm', join(image, 'app', name)], { encoding: 'utf8' });
    process.stdout.write(`  /app/${name}: ${size.split('\t')[0]} MB\n`);
  }
  process.stdout.write(
    `✓ ${packages.length} packages, no development package, test, source, key or TypeScript\n`,
  );
  writeFileSync(join(image, 'etc', 'resolv.conf'), '');
}

await orExplain(proveImage);
