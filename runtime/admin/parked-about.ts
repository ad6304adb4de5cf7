import { z } from 'zod';
import { coreErrors } from '../core/errors.ts';
import { about } from './about-route.ts';
import { adminErrors } from './errors.ts';
import { deadLettered, dropped, pageDone, parkedAddress, retried } from './parked-shapes.ts';
import { addressParams, numberParameter } from './request.ts';

/** Addresses of one call: the loop stands still meanwhile. */
export const pages = { min: 1, max: 10_000 };
export const listDefault = 1_000;
export const parkings = { min: 0, max: Number.MAX_SAFE_INTEGER };

export const aboutList = about({
  id: 'listParked',
  tag: 'parked',
  summary: 'The addresses that stopped, and why, in the order in which they did.',
  query: z.object({
    after: numberParameter({ ...parkings, otherwise: 0 }).describe(
      'The `number` of the last one of the page before.',
    ),
    limit: numberParameter({ ...pages, otherwise: listDefault }).describe('Addresses of one page.'),
  }),
  answers: { 200: { says: 'A page; empty after the last.', body: z.array(parkedAddress) } },
  errors: [adminErrors.code('BAD_REQUEST'), adminErrors.code('NOT_READY')],
});

/** What is said of an action on one address, and of the same on many. */
interface ActionWords {
  readonly id: string;
  readonly summary: string;
  readonly manySummary: string;
  readonly query?: z.ZodRawShape;
  readonly body: z.ZodType;
  readonly errors?: readonly string[];
}

const whenDurable = 'Answers when what was done is in a committed cut.';

/** The descriptions of an action on one address, and on a page of them. */
function aboutAction({ id, summary, manySummary, query = {}, body, errors = [] }: ActionWords) {
  const one = about({
    id,
    tag: 'parked',
    summary,
    details: whenDurable,
    params: addressParams,
    query: z.object(query),
    answers: { 200: { says: 'It is done.', body } },
    errors: [
      adminErrors.code('BAD_REQUEST'),
      coreErrors.code('NOT_PARKED'),
      adminErrors.code('NOT_READY'),
      ...errors,
    ],
  });
  const many = about({
    id: `${id}Page`,
    tag: 'parked',
    summary: manySummary,
    details: `${whenDurable} One for which it can’t be done stays as it is, and hinders no other.`,
    query: z.object({
      type: z.string().optional().describe('Only those of this function type, `ns/name`.'),
      after: numberParameter({ ...parkings, otherwise: 0 }).describe('From `next` of an answer.'),
      upTo: numberParameter(parkings).describe(
        'From `next` of an answer. By default the last parking that there is: what parks again ' +
          'at once is not taken again.',
      ),
      limit: numberParameter({ ...pages, otherwise: pages.max }).describe('Addresses of one call.'),
      ...query,
    }),
    answers: { 200: { says: 'It is done for a page of them.', body: pageDone } },
    errors: [adminErrors.code('BAD_REQUEST'), adminErrors.code('NOT_READY')],
  });
  return { one, many };
}

export const aboutRetry = aboutAction({
  id: 'retryParked',
  summary: 'Lets a parked address try again, with the image that answers now.',
  manySummary: 'Lets all parked addresses, or those of a type, try again.',
  body: retried,
});

export const aboutDrop = aboutAction({
  id: 'dropParked',
  summary: 'Drops the message that failed; the rest goes on.',
  manySummary: 'Drops the failed messages of all parked addresses, or of those of a type.',
  body: dropped,
});

export const aboutDeadLetter = aboutAction({
  id: 'deadLetterParked',
  summary: 'Moves the message that failed to an egress, exactly once; the rest goes on.',
  manySummary:
    'Moves the failed messages of all parked addresses, or of those of a type, to an egress.',
  query: {
    egress: z
      .string()
      .optional()
      .describe(
        'Which egress, `ns/name`; else the one whose name is `dead-letter` or `dead-letters`; ' +
          'else the only one.',
      ),
    topic: z.string().optional().describe('Which topic; a Kafka egress needs one.'),
  },
  body: deadLettered,
  errors: [adminErrors.code('UNFIT_RECORD')],
});
