import winston from 'winston';
import type { Listener } from './bus.js';
import { describe } from './events.js';

/** What Macs, people and servers say is logged: none of it may begin a line of its own, move a cursor or turn letters round. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** One line, whatever was said. */
export function oneLine(said: string): string {
  return said.replace(CONTROL, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const text = winston.format.printf(({ timestamp, level, message, kind: _kind, ...fields }) => {
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return oneLine([String(timestamp), level.padEnd(5), String(message), ...rest].join(' '));
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
