import { z } from 'zod';
import { count } from './about-route.ts';
import { parking } from './parked-shapes.ts';

export const valueText = z
  .object({
    typename: z.string(),
    valueBase64: z.string().meta({ contentEncoding: 'base64' }),
    json: z
      .exactOptional(z.unknown())
      .describe('Of built-in types, and of whatever parses as JSON; 64-bit integers are texts.'),
  })
  .meta({ id: 'Value' });
export type ValueText = z.infer<typeof valueText>;

export const addressState = z
  .object({
    address: z.string().describe('`ns/type/id`, the id as it is.'),
    states: z.record(z.string(), valueText).describe('By name; expired values are not shown.'),
    mailbox: count.describe('Undelivered messages, those in flight included.'),
    delayed: count.describe('Delayed messages that it sent and that are not due.'),
    parked: parking.nullable().describe('Null if it goes on.'),
  })
  .meta({ id: 'AddressState' });
export type AddressState = z.infer<typeof addressState>;

export const addressList = z
  .object({
    type: z.string(),
    ids: z.array(z.string()),
    after: z.exactOptional(z.string()).describe('For the next page; missing on the last.'),
  })
  .meta({ id: 'AddressList' });
export type AddressList = z.infer<typeof addressList>;

export const waitingList = z
  .object({
    addresses: z.array(
      z.object({
        type: z.string(),
        id: z.string(),
        messages: count.describe('Undelivered ones, those in flight included.'),
        inFlight: count,
        parked: z.boolean(),
      }),
    ),
    lookedAt: count.describe('Active addresses that were looked at.'),
    complete: z.boolean().describe('Whether those were all.'),
  })
  .meta({ id: 'WaitingList' });
export type WaitingList = z.infer<typeof waitingList>;
