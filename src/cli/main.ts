#!/usr/bin/env node
import { processContext } from './context.js';
import { EXIT } from './exit.js';
import { runCli } from './run.js';

// EPIPE means that the reader closed the pipe, as `head` does. The command exits without an error message.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });

const code = await runCli(process.argv.slice(2), processContext());
// Sets the exit code instead of calling process.exit(): output may still be buffered, and `serve` and `work` run
// until they are stopped.
if (code !== EXIT.done) process.exitCode = code;
