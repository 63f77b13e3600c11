import { runProcess } from './process/run.js';
import { startReceiver } from './receiver.js';

await runProcess('receiver', startReceiver);
