/** What a failed request says: the shape of every error of the server. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A request that did not do what it was for. */
export class RequestFailed extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.message);
    this.error = error;
  }
}

let token: string | undefined;

/** The JSON of an answer. Throws RequestFailed, also where nobody answers. */
export async function getJson<T>(path: string): Promise<T> {
  return (await ask(path, {})) as T;
}

/** Has the server do something; the token proves that our own page asks. Throws RequestFailed. */
export async function post<T>(path: string, body: object = {}): Promise<T> {
  token ??= ((await ask('/api/session', {})) as { token: string }).token;
  const headers = { 'content-type': 'application/json', 'weir-token': token };
  try {
    return (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })) as T;
  } catch (error) {
    // A server that was started again has another token: the next try asks for it.
    token = undefined;
    throw error;
  }
}

async function ask(path: string, init: RequestInit): Promise<unknown> {
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(path, init);
    body = await answer.json();
  } catch (error) {
    throw new RequestFailed({
      code: 'WEIR_CONSOLE_UNREACHABLE',
      message: `The console server did not answer (${String(error)}).`,
      hint: 'Nothing was done as far as this page knows. Look whether the application still runs.',
    });
  }
  if (answer.ok) return body;
  throw new RequestFailed(body as ApiError);
}
