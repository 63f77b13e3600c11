import process from 'node:process';

/**
 * Loaded with `--import` into every server under test. Responds to each IPC message with the resources used so far: `cpuUs` is user and
 * system time of all threads, garbage collection included, in microseconds; `rss` and `heapUsed` are bytes.
 */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ cpuUs: user + system, rss, heapUsed });
});
// The IPC channel must not keep the process alive.
process.channel?.unref();
