import { loadConfig } from '../src/config/load.js';
import { stopOnSignals } from '../src/process/stop.js';
import { createTelemetry } from '../src/telemetry/bus.js';
import { logListener } from '../src/telemetry/log.js';
import { startWorker } from './worker.js';

const config = loadConfig();
const telemetry = createTelemetry(logListener(config.log));
const worker = await startWorker(config, { telemetry });
stopOnSignals({ name: 'worker', telemetry, stop: () => worker.stop(), drainMs: config.worker.drain });
