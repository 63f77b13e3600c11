import type { Severity } from '../domain/incidents/incident.js';
import type { Message } from './post.js';
import { bodyOf, cut, headlineOf } from './notice.js';
import { type Notice } from '../domain/incidents/notice.js';

/** Maximum lengths in Block Kit (docs.slack.dev, blocks reference): header, section text, button URL. */
const MAX_HEADER = 150;
const MAX_TEXT = 3_000;
const MAX_URL = 3_000;

/**
 * Unicode characters, instead of emoji names such as `:warning:`. Slack then does not have to replace emoji names,
 * which could also occur in names of Macs.
 */
const SEVERITY_ICONS: Record<Severity, string> = {
  info: '\u2139\uFE0F',
  warning: '\u26A0\uFE0F',
  error: '\u{1F534}',
  critical: '\u{1F6A8}',
};
const RESOLVED_ICON = '\u2705';

/**
 * Builds the message for a Slack incoming webhook: header, text, facts, and a button that opens the page in the
 * console. Text from Jamf Pro or from a Mac is sent as `plain_text`, because Slack would interpret links, asterisks
 * and mentions such as `@here` in `mrkdwn`.
 */
export function slackMessage(notice: Notice, url: string): Message {
  const { incident, phase, openedAt, link } = notice;
  const icon = phase === 'recovered' ? RESOLVED_ICON : SEVERITY_ICONS[incident.severity];
  const opened = Math.floor(openedAt / 1_000);
  const since = `<!date^${opened}^{date_short_pretty} {time}|${new Date(openedAt).toISOString()}>`;
  const facts = [
    `*${incident.severity}*`,
    ...(incident.instance ? [incident.instance] : []),
    `since ${since}`,
  ];
  const blocks = [
    {
      type: 'header',
      text: { type: 'plain_text', text: cut(`${icon} ${headlineOf(notice)}`, MAX_HEADER), emoji: false },
    },
    { type: 'section', text: { type: 'plain_text', text: cut(bodyOf(notice), MAX_TEXT), emoji: false } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: facts.join('  ·  '), verbatim: true }] },
    ...(link !== null && link.length <= MAX_URL
      ? [
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                action_id: 'open',
                text: {
                  type: 'plain_text',
                  text: incident.path.startsWith('/macs/') ? 'View Mac' : 'View in Recert',
                },
                url: link,
              },
            ],
          },
        ]
      : []),
  ];
  // Notifications and screen readers show this text instead of the blocks.
  const text = mrkdwn(headlineOf(notice), MAX_TEXT);
  return { url, headers: {}, body: JSON.stringify({ text, mrkdwn: false, unfurl_links: false, blocks }) };
}

/**
 * Escapes a text for the Slack format `mrkdwn`, so that a Mac name such as `<!channel>` mentions no one. Truncates
 * the text before escaping, so that no escape sequence is split, and truncates it further if the escaped text exceeds
 * the limit.
 */
function mrkdwn(text: string, most: number): string {
  for (let length = most; ; length = Math.floor(length / 2)) {
    const escaped = cut(text, length).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    if (escaped.length <= most) return escaped;
  }
}
