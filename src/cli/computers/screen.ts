import type { z } from 'zod';
import type { computerDetail } from '../../contract/resources/computer.js';
import type { Context } from '../context.js';
import { exactly, facts, state, when } from '../output/print.js';

/**
 * Formats one Mac: identity, certificate, open redistribution, and whether a redistribution request would succeed
 * now.
 */
export function computerScreen(mac: z.output<typeof computerDetail>, context: Context): string {
  const { colors } = context;
  const now = context.now();
  const timeText = (at: number | null) => (at === null ? 'never' : `${exactly(at)} (${when(at, now)})`);
  const head = facts(
    [
      ['serial number', mac.serialNumber],
      ['name', mac.name],
      ['user', [mac.username, mac.realName, mac.email].filter(Boolean).join(' · ')],
      [
        'Jamf Pro',
        `${mac.instance}, ID ${mac.id}${mac.managed ? '' : ', not managed'}${mac.retiredAt === null ? '' : `, retired since ${exactly(mac.retiredAt)}`}`,
      ],
      ['last contact', timeText(mac.lastContactAt)],
      ['inventory', timeText(mac.reportedAt)],
    ],
    colors,
  );
  const profiles = mac.assessments.map((one) => {
    const certificate = one.certificate;
    const answer = mac.redistribute.find(({ profile }) => profile === one.profile);
    const open = mac.open.find(({ profile }) => profile === one.profile);
    return facts(
      [
        ['profile', colors.bold(one.profile)],
        ['state', `${state(one.state, colors)}: ${one.sentence}`],
        [
          'certificate',
          certificate ? `${certificate.serialNumber}, expires ${timeText(certificate.expiresAt)}` : '–',
        ],
        [
          'in progress',
          open
            ? `${open.id}, ${state(open.state, colors)} since ${when(open.since, now)}: ${open.plan}`
            : '–',
        ],
        ...(open?.blocked ? [['blocked', open.blocked.text] as const] : []),
        ['on request', answer?.sentence ?? '–'],
      ],
      colors,
    );
  });
  return [head, ...profiles].join('\n\n');
}
