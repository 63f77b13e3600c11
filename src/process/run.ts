import { hostname } from 'node:os';
import { ConfigError, loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { createTelemetry, type Telemetry } from '../telemetry/bus.js';
import { logListener } from '../telemetry/log.js';
import { stopOnSignals } from './stop.js';
import { messageOf } from './error-message.js';
import { readVersion } from './version.js';

/** Exit code of the process for an invalid configuration. The command line uses the same code. */
const INVALID_CONFIG = 2;

/** Starts the receiver or the worker, which then runs until `stop` is called. */
export type Start = (
  config: Config,
  options: { telemetry: Telemetry },
) => Promise<{ stop: () => Promise<void> }>;

/**
 * Runs a process: loads the configuration, sets up logging, starts the receiver or the worker, and stops it on a
 * signal. If the start fails, reports the error in one sentence without a stack trace. The exit code is then 2 for an
 * invalid configuration, and 1 for other errors.
 */
export async function runProcess(name: string, start: Start): Promise<void> {
  const config = configOrExplain();
  if (!config) return;
  const telemetry = createTelemetry(
    logListener(config.log, { process: name, version: readVersion(), host: hostname() }),
  );
  try {
    const { stop } = await start(config, { telemetry });
    stopOnSignals({ name, telemetry, stop, drainMs: config.worker.drain });
  } catch (error) {
    telemetry.emit('process.failed', { name, error: messageOf(error) });
    process.exitCode = 1;
  }
}

function configOrExplain(): Config | null {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = INVALID_CONFIG;
    return null;
  }
}
