import { runProcess } from '../src/process/run.js';
import { startWorker } from './worker.js';

await runProcess('worker', startWorker);
