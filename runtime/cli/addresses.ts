import { adminPath, callAdmin } from './admin-client.ts';
import { cliErrors } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import type { HostAndPort } from './options.ts';
import { formatTable, print, printError, printJson } from './output.ts';

export interface FunctionType {
  readonly namespace: string;
  readonly name: string;
}

/** `weir state get`: the states of one address, as JSON. */
export async function getState(
  type: FunctionType,
  id: string,
  options: { readonly admin: HostAndPort; readonly at: string },
): Promise<number> {
  const query = options.at === 'committed' ? '?at=committed' : '';
  const path = `${adminPath('state', type.namespace, type.name, id)}${query}`;
  printJson(await callAdmin(options.admin, 'GET', path));
  return exitCodes.ok;
}

/** `weir parked list`. */
export async function listParked(options: {
  readonly admin: HostAndPort;
  readonly json: boolean;
}): Promise<number> {
  const parked = await allParked(options.admin);
  if (options.json) printJson(parked);
  else if (parked.length === 0) print('no address is parked');
  else print(formatTable(parked.map(parkedRow)));
  return exitCodes.ok;
}

const listPage = 10_000;

/** Page by page. */
async function allParked(admin: HostAndPort): Promise<Record<string, unknown>[]> {
  const parked: Record<string, unknown>[] = [];
  for (let after: unknown = 0; ;) {
    const path = `/parked?limit=${listPage}&after=${String(after)}`;
    const page = (await callAdmin(admin, 'GET', path)) as Record<string, unknown>[];
    for (const entry of page) parked.push(entry);
    if (page.length < listPage) return parked;
    after = page.at(-1)?.['number'];
  }
}

function parkedRow(entry: Record<string, unknown>): Record<string, unknown> {
  const { address, messages, code, since, reason } = entry;
  const time = typeof since === 'number' ? new Date(since).toISOString() : since;
  return { address, messages, since: time, code, reason };
}

type ParkedVerb = 'retry' | 'drop' | 'dead-letter';

export interface ParkedOptions {
  readonly admin: HostAndPort;
  readonly egress?: string;
  readonly topic?: string;
  /** All of this function type. */
  readonly type?: FunctionType;
  readonly all?: boolean;
}

/**
 * `weir parked retry|drop|dead-letter`: what shall become of one parked address, of those of one
 * type, or of all. Throws USAGE unless it is clear which are meant.
 */
export async function resolveParked(
  verb: ParkedVerb,
  address: { readonly type: FunctionType; readonly id: string } | null,
  options: ParkedOptions,
): Promise<number> {
  const { admin, type, all = false, egress, topic } = options;
  if ([address !== null, type !== undefined, all].filter(Boolean).length !== 1) {
    throw cliErrors.USAGE(`weir parked ${verb}: say which addresses are meant`, {
      hint: 'Give a function type and an id, or `--type NS/TYPE`, or `--all`.',
    });
  }
  const path =
    address === null
      ? adminPath('parked', verb)
      : adminPath('parked', address.type.namespace, address.type.name, address.id, verb);
  const parameters = {
    ...(type === undefined ? {} : { type: `${type.namespace}/${type.name}` }),
    ...(egress === undefined ? {} : { egress }),
    ...(topic === undefined ? {} : { topic }),
  };
  const act = async (page: object): Promise<unknown> => {
    const query = new URLSearchParams({ ...parameters, ...page }).toString();
    return callAdmin(admin, 'POST', query === '' ? path : `${path}?${query}`);
  };
  printJson(address === null ? await onEveryPage(act) : await act({}));
  return exitCodes.ok;
}

const failuresShown = 100;

/** Page by page, each at once committed: what parks again meanwhile is not taken again. */
async function onEveryPage(act: (page: object) => Promise<unknown>): Promise<object> {
  const total = { done: 0, failures: 0, failed: [] as unknown[] };
  for (let page: object | undefined = {}; page !== undefined;) {
    const answer = (await act(page)) as typeof total & { next?: object; remaining: number };
    total.done += answer.done;
    total.failures += answer.failures;
    total.failed.push(...answer.failed.slice(0, failuresShown - total.failed.length));
    page = answer.next;
    if (page !== undefined) printError(`${total.done} done, ${answer.remaining} to go`);
  }
  return total;
}
