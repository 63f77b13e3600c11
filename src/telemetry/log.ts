import winston from 'winston';
import type { Listener } from './bus.js';
import { describe } from './events.js';

/**
 * Matches characters that could forge a log line, control a terminal or reverse the direction of text. They are
 * escaped, because log entries contain external text.
 */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Escapes control characters as `\uXXXX`, so that the text stays on one line. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const textFormat = winston.format.printf(({ timestamp, level, message, kind: _kind, ...fields }) => {
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return oneLine([String(timestamp), level.padEnd(5), String(message), ...rest].join(' '));
});

/**
 * Creates a listener that logs every operator event to standard error, as JSON or text. Standard output is
 * reserved for the output of commands.
 */
export function logListener({ level, format }: { level: string; format: 'json' | 'text' }): Listener {
  const logger = winston.createLogger({
    level,
    format: winston.format.combine(
      winston.format.timestamp(),
      format === 'json' ? winston.format.json() : textFormat,
    ),
    transports: [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
  return (kind, fields) => {
    const description = describe(kind);
    // The level is checked here, because winston would format an entry before it checks the level, and most events
    // of a busy receiver are below the configured level.
    if (!logger.isLevelEnabled(description.level)) return;
    logger.log({ ...fields, level: description.level, message: description.say(fields), kind });
  };
}
