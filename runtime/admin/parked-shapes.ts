import { z } from 'zod';
import { count, time } from './about-route.ts';

export const lastReply = z
  .object({
    status: z.int(),
    contentType: z.string(),
    bodyStart: z.string().describe('The first 1,024 bytes, as UTF-8.'),
  })
  .meta({ id: 'LastReply', description: 'The answer of a function that could not be used.' });

/** Why an address is parked. */
export const parking = z
  .object({
    code: z.string().describe('What kind of failure it was; see errors.md.'),
    reason: z.string(),
    since: time,
    lastReply: z.exactOptional(lastReply),
  })
  .meta({ id: 'Parking', description: 'Why an address stopped.' });

const address = z.string().describe('`ns/type/id`, the id as it is.');

export const parkedAddress = z
  .object({
    number: count.describe('Of the parking: `after` takes it.'),
    address,
    ...parking.shape,
    messages: count.describe('That wait, the one that failed included.'),
  })
  .meta({ id: 'ParkedAddress' });
export type ParkedAddress = z.infer<typeof parkedAddress>;

export const retried = z
  .object({ address, messages: count.describe('That wait.') })
  .meta({ id: 'Retried' });
export type Retried = z.infer<typeof retried>;

export const dropped = z
  .object({ address, dropped: z.int().min(0).max(1).describe('Messages.') })
  .meta({ id: 'Dropped' });
export type Dropped = z.infer<typeof dropped>;

export const deadLettered = z
  .object({
    address,
    deadLettered: z.int().min(0).max(1).describe('Messages.'),
    egress: z.string().describe('Where they went.'),
  })
  .meta({ id: 'DeadLettered' });
export type DeadLettered = z.infer<typeof deadLettered>;

const failure = z
  .object({ address, code: z.string(), message: z.string() })
  .meta({ id: 'Failure', description: 'An address that stays as it was.' });
export type Failure = z.infer<typeof failure>;

export const pageDone = z
  .object({
    done: count.describe('Addresses for which it was done.'),
    failures: count.describe('Addresses for which it could not be done.'),
    failed: z.array(failure).describe('The first hundred of them.'),
    remaining: count.describe('Addresses that are left for further calls.'),
    next: z
      .exactOptional(z.object({ after: count, upTo: count }))
      .describe('Parameters of the next call; missing after the last.'),
  })
  .meta({ id: 'ParkedPage' });
export type PageDone = z.infer<typeof pageDone>;
