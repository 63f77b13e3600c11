import process from 'node:process';

/**
 * Loaded with `--import` into every contestant, the same for all: answers each message of the bench with what the process has used so
 * far. `cpuUs` is user and system time of all its threads, garbage collection included, in microseconds.
 */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ cpuUs: user + system, rss, heapUsed });
});
// It must not keep the process alive.
process.channel?.unref();
