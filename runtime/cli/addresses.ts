import { adminPath, callAdmin } from './admin-client.ts';
import { cliErrors } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import type { HostAndPort } from './options.ts';
import { formatTable, print, printJson } from './output.ts';

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
  const parked = await callAdmin(options.admin, 'GET', '/parked');
  if (options.json || !Array.isArray(parked)) printJson(parked);
  else if (parked.length === 0) print('no address is parked');
  else print(formatTable(parked.map(parkedRow)));
  return exitCodes.ok;
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
  const query = new URLSearchParams(parameters).toString();
  printJson(await callAdmin(admin, 'POST', query === '' ? path : `${path}?${query}`));
  return exitCodes.ok;
}
