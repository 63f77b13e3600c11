import { loadConfig } from './config/load.js';
import { stopOnSignals } from './process/stop.js';
import { startReceiver } from './receiver.js';
import { createTelemetry } from './telemetry/bus.js';
import { logListener } from './telemetry/log.js';

const config = loadConfig();
const telemetry = createTelemetry(logListener(config.log));
const receiver = await startReceiver(config, { telemetry });
stopOnSignals({ name: 'receiver', telemetry, stop: () => receiver.stop(), drainMs: config.worker.drain });
