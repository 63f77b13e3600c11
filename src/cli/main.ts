#!/usr/bin/env node
import { processContext } from './context.js';
import { EXIT } from './exit.js';
import { runCli } from './run.js';

const code = await runCli(process.argv.slice(2), processContext());
// Not process.exit: what was printed may still be on its way, and `serve` and `work` go on until they are stopped.
if (code !== EXIT.done) process.exitCode = code;
