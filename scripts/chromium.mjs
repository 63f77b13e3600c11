import { existsSync } from 'node:fs';
import { onPath } from './redis.mjs';

const ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const ADVICE =
  'Install Chromium (or Google Chrome), or set CHROMIUM_PATH to the program of a browser you have.';

/** What keeps a browser quiet and able to start as root and in a container. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * @typedef {object} Chromium What playwright-core's `chromium.launch` is given; it adds `--headless` and a fresh profile folder.
 * @property {string} executablePath
 * @property {string[]} args
 * @property {Record<string, string>} env the environment of the browser
 */

/**
 * Finds a Chromium: the one `CHROMIUM_PATH` names, else one on PATH, else the one that comes with the development packages
 * (Linux on x64; unpacked into the folder for temporary files on first use, which takes some seconds and 300 MB).
 * @throws Error with one sentence that says what to do when there is none.
 * @returns {Promise<Chromium>}
 */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is not there. ${ADVICE}`);
    return started(named, process.env);
  }
  const installed =
    ON_PATH.map((name) => onPath(name)).find(Boolean) ?? [ON_MAC].find((file) => existsSync(file));
  return installed ? started(installed, process.env) : fromPackage();
}

/** @returns {Promise<Chromium>} */
async function fromPackage() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `No Chromium was found, and the one among the packages runs on Linux x64 only. ${ADVICE}`,
    );
  const before = { ...process.env };
  try {
    // Said before the import: the package then also unpacks the libraries (NSS and others) that a bare machine lacks,
    // and names their folder in LD_LIBRARY_PATH. That is for the browser alone, so our own environment is put back.
    process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs20.x';
    const { default: bundled } = await import('@sparticuz/chromium');
    const executablePath = await bundled.executablePath();
    const { LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env;
    return started(executablePath, { ...before, LD_LIBRARY_PATH, FONTCONFIG_PATH });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `No Chromium was found, and the one among the packages is of no use (${why}). ${ADVICE}`,
      { cause: error },
    );
  } finally {
    for (const name of ['AWS_LAMBDA_JS_RUNTIME', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/**
 * @param {string} executablePath
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Chromium}
 */
function started(executablePath, environment) {
  const env = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [/** @type {const} */ ([name, value])],
  );
  return { executablePath, args: FLAGS, env: Object.fromEntries(env) };
}
