#!/usr/bin/env node
import { processContext } from './context.js';
import { EXIT } from './exit.js';
import { runCli } from './run.js';

// Whoever reads has read enough, as `head` does: nothing is left to say, and it is no failure of ours.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });

const code = await runCli(process.argv.slice(2), processContext());
// Not process.exit: what was printed may still be on its way, and `serve` and `work` go on until they are stopped.
if (code !== EXIT.done) process.exitCode = code;
