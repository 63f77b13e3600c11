import type { z } from 'zod';
import type { problemSchema } from '../../../src/api/problem.js';
import type { auditPage } from '../../../src/api/schemas/audit.js';
import type { computerDetail, computerPage } from '../../../src/api/schemas/computer.js';
import type { overview } from '../../../src/api/schemas/overview.js';
import type {
  redistributeAnswer,
  redistributeRequest,
  redistributionDetail,
  redistributionPage,
} from '../../../src/api/schemas/redistribution.js';
import type { whoIsIt } from '../../../src/api/schemas/session.js';

// What the API asks and answers, taken from its schemas: there is one source, and of zod only its types come here.

export type ProblemDetails = z.output<typeof problemSchema>;
export type Who = z.output<typeof whoIsIt>;
export type Overview = z.output<typeof overview>;
export type InstanceOverview = Overview['instances'][number];
export type AuditPage = z.output<typeof auditPage>;
export type AuditEntry = AuditPage['entries'][number];
export type ComputerPage = z.output<typeof computerPage>;
export type ComputerSummary = ComputerPage['computers'][number];
export type ComputerDetail = z.output<typeof computerDetail>;
export type MacState = ComputerSummary['states'][number]['state'];
export type RedistributionPage = z.output<typeof redistributionPage>;
export type RedistributionSummary = RedistributionPage['redistributions'][number];
export type RedistributionDetail = z.output<typeof redistributionDetail>;
export type State = RedistributionSummary['state'];
export type Transition = RedistributionDetail['history'][number];
export type RedistributeRequest = z.input<typeof redistributeRequest>;
export type RedistributeAnswer = z.output<typeof redistributeAnswer>;
