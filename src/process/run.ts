import { ConfigError, loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { createTelemetry, type Telemetry } from '../telemetry/bus.js';
import { logListener } from '../telemetry/log.js';
import { stopOnSignals } from './stop.js';

/** Exit code for a configuration that cannot be used, as `recert` has it. */
const UNUSABLE = 2;

/** Starts something that runs until it is stopped. */
export type Start = (
  config: Config,
  options: { telemetry: Telemetry },
) => Promise<{ stop: () => Promise<void> }>;

/**
 * The whole life of one of our processes: configuration, log, start, stop at a signal. What cannot start says why in a sentence,
 * without a stack, and ends with 1, or with 2 when it is the configuration.
 */
export async function runProcess(name: string, start: Start): Promise<void> {
  const config = configOrExplain();
  if (!config) return;
  const telemetry = createTelemetry(logListener(config.log));
  try {
    const { stop } = await start(config, { telemetry });
    stopOnSignals({ name, telemetry, stop, drainMs: config.worker.drain });
  } catch (error) {
    telemetry.emit('process.failed', { name, error: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  }
}

function configOrExplain(): Config | null {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = UNUSABLE;
    return null;
  }
}
