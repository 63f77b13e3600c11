import { existsSync } from 'node:fs';
import { onPath } from './install.mjs';

const ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const ADVICE =
  'Install Chromium or Google Chrome, or set CHROMIUM_PATH to the executable of an installed browser.';

/** Command-line flags that let Chromium start as root and in a container, without background network traffic. */
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
 * @typedef {object} Chromium Options for `chromium.launch` of playwright-core, which adds `--headless` and a temporary profile folder.
 * @property {string} executablePath
 * @property {string[]} args
 * @property {Record<string, string>} env the environment of the browser
 */

/**
 * Finds Chromium: `CHROMIUM_PATH`, then PATH, then the development package @sparticuz/chromium (Linux x64 only; unpacked into the
 * temporary folder on first use, which takes some seconds and 300 MB).
 * @throws Error with instructions if none is found
 * @returns {Promise<Chromium>}
 */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named))
      throw new Error(`CHROMIUM_PATH is set to ${named}, which does not exist. ${ADVICE}`);
    return launchOptions(named, process.env);
  }
  const installed =
    ON_PATH.map((name) => onPath(name)).find(Boolean) ?? [ON_MAC].find((file) => existsSync(file));
  return installed ? launchOptions(installed, process.env) : fromPackage();
}

/** @returns {Promise<Chromium>} */
async function fromPackage() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`Chromium not found, and the bundled Chromium supports only Linux x64. ${ADVICE}`);
  const before = { ...process.env };
  try {
    // The variable must be set before the import. The package then also unpacks shared libraries (NSS and others),
    // and adds their folder to LD_LIBRARY_PATH. Only the browser needs these variables, so the environment of this
    // process is restored below.
    process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs20.x';
    const { default: bundled } = await import('@sparticuz/chromium');
    const executablePath = await bundled.executablePath();
    const { LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env;
    return launchOptions(executablePath, { ...before, LD_LIBRARY_PATH, FONTCONFIG_PATH });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Chromium not found, and the bundled Chromium failed (${why}). ${ADVICE}`, {
      cause: error,
    });
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
function launchOptions(executablePath, environment) {
  const env = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [/** @type {const} */ ([name, value])],
  );
  return { executablePath, args: FLAGS, env: Object.fromEntries(env) };
}
