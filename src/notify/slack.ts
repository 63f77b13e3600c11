import type { Severity } from '../domain/incidents/incident.js';
import type { Message } from './post.js';
import { bodyOf, cut, headlineOf } from "./notice.js";
import { type Notice } from '../domain/incidents/notice.js';

/** Limits of Block Kit (docs.slack.dev, reference of blocks): characters of a header, of a text in a section, of an address. */
const HEADER = 150;
const TEXT = 3_000;
const ADDRESS = 3_000;

/** As characters: names such as :warning: would have to be read in what a Mac is called, too. */
const SIGNS: Record<Severity, string> = {
  info: '\u2139\uFE0F',
  warning: '\u26A0\uFE0F',
  error: '\u{1F534}',
  critical: '\u{1F6A8}',
};
const OVER = '\u2705';

/**
 * The message of an incoming webhook: header, sentence, facts, and a button to the Mac or the page. What Jamf or a Mac has said is plain
 * text: in `mrkdwn` Slack would make links of addresses, bold of asterisks, and would call a channel by `@here`.
 */
export function slackMessage(notice: Notice, url: string): Message {
  const { incident, phase, openedAt, link } = notice;
  const sign = phase === 'recovered' ? OVER : SIGNS[incident.severity];
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
      text: { type: 'plain_text', text: cut(`${sign} ${headlineOf(notice)}`, HEADER), emoji: false },
    },
    { type: 'section', text: { type: 'plain_text', text: cut(bodyOf(notice), TEXT), emoji: false } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: facts.join('  ·  '), verbatim: true }] },
    ...(link !== null && link.length <= ADDRESS
      ? [
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                action_id: 'open',
                text: {
                  type: 'plain_text',
                  text: incident.path.startsWith('/macs/') ? 'Open the Mac' : 'Open Recert',
                },
                url: link,
              },
            ],
          },
        ]
      : []),
  ];
  // What notifications and screen readers say.
  const text = mrkdwn(headlineOf(notice), TEXT);
  return { url, headers: {}, body: JSON.stringify({ text, mrkdwn: false, unfurl_links: false, blocks }) };
}

/**
 * Text that means nothing to Slack, whatever a Mac is called: `<!channel>` would call everybody. Cut before it is escaped, so that no
 * escape is cut in two; what grows past the limit by escaping is cut shorter.
 */
function mrkdwn(text: string, most: number): string {
  for (let length = most; ; length = Math.floor(length / 2)) {
    const escaped = cut(text, length).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    if (escaped.length <= most) return escaped;
  }
}
