import type { FastifyInstance } from 'fastify';
import { accountSummary } from '#models/features/account-summary.ts';
import type { AdminClient } from '../admin-client.ts';
import { ConsoleError } from '../errors.ts';
import type { AccountSummary } from '../frame.ts';
import type { RecentScores } from '../recent-scores.ts';
import { badRequest } from './request.ts';

const decisionsMax = 20;
const suggestionsMax = 12;
const waitingMax = 12;
const partMax = 500;
/** Without state an address is there only while something waits for it: that it is gone is no error. */
const stateless: ReadonlySet<string> = new Set(['weir.fraud/classifier']);
const idle = { states: {}, mailbox: 0, delayed: 0, parked: null };

/** Addresses: live state beside the committed one, mailbox, delayed messages, last decisions. */
export function accountRoutes(
  server: FastifyInstance,
  admin: AdminClient,
  recent: RecentScores,
): void {
  server.get('/api/accounts', async () => ({ mostAlerts: recent.mostAlerts(suggestionsMax) }));
  server.get('/api/waiting', async () => admin.json(`/waiting?limit=${waitingMax}`));
  server.get<{ Querystring: { type?: string; id?: string } }>('/api/address', async ({ query }) => {
    const { type = 'weir.fraud/account', id = '' } = query;
    const parts = [...type.split('/'), id];
    if (parts.length !== 3 || parts.some((part) => part === '' || part.length > partMax)) {
      throw badRequest('"type" is no namespace/name, or "id" is missing');
    }
    const path = `/state/${parts.map(encodeURIComponent).join('/')}`;
    const live = await admin.json(path).catch((error: unknown) => {
      if (stateless.has(type) && codeOf(error) === 'WEIR_CONSOLE_NOT_FOUND') return idle;
      throw error;
    });
    // One that was never in a cut is not an error: it is younger than the last one.
    const committed = await admin.json(`${path}?at=committed`).catch(() => null);
    const isAccount = type === 'weir.fraud/account';
    const summary = isAccount ? summaryOf(live) : null;
    const decisions = isAccount ? recent.ofAccount(id, decisionsMax) : [];
    return { type, id, live, committed, summary, decisions };
  });
}

function codeOf(error: unknown): string | null {
  return error instanceof ConsoleError ? error.code : null;
}

/** Null where the state is not what this version of the application packs. */
function summaryOf(picture: unknown): AccountSummary | null {
  const states = (picture as { states?: Record<string, { valueBase64?: string }> } | null)?.states;
  const bytes = (name: string): Uint8Array | null => {
    const text = states?.[name]?.valueBase64;
    return text === undefined ? null : Buffer.from(text, 'base64');
  };
  try {
    return accountSummary(bytes('history'), bytes('habits'));
  } catch {
    return null;
  }
}
