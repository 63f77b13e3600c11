import winston from 'winston';
import type { Listener } from './bus.js';
import { describe } from './events.js';

const text = winston.format.printf(({ timestamp, level, message, kind: _kind, ...fields }) => {
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [String(timestamp), level.padEnd(5), String(message), ...rest].join(' ');
});

/** A listener that writes every event to standard error (standard output belongs to commands), as JSON or as text. */
export function logListener({ level, format }: { level: string; format: 'json' | 'text' }): Listener {
  const logger = winston.createLogger({
    level,
    format: winston.format.combine(
      winston.format.timestamp(),
      format === 'json' ? winston.format.json() : text,
    ),
    transports: [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
  return (kind, fields) => {
    const description = describe(kind);
    // winston makes the text and only then looks at the level; most events of a busy receiver are below it.
    if (!logger.isLevelEnabled(description.level)) return;
    logger.log({ ...fields, level: description.level, message: description.say(fields), kind });
  };
}
