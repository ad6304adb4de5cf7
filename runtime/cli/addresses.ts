import { adminPath, callAdmin } from './admin-client.ts';
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

/** `weir parked retry|drop|dead-letter`: what shall become of one parked address. */
export async function resolveParked(
  verb: ParkedVerb,
  type: FunctionType,
  id: string,
  options: { readonly admin: HostAndPort; readonly egress?: string },
): Promise<number> {
  const { admin, egress } = options;
  const query = egress === undefined ? '' : `?egress=${encodeURIComponent(egress)}`;
  const path = adminPath('parked', type.namespace, type.name, id, verb);
  const answer = await callAdmin(admin, 'POST', path + query);
  if (answer === null) print(`${verb}: ${type.namespace}/${type.name}/${id}`);
  else printJson(answer);
  return exitCodes.ok;
}
