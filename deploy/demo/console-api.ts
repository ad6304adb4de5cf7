import type { ExperimentReport } from '#dashboards/console/frame.ts';
import { messageOf } from '#protocol/errors.ts';
import { demoErrors } from './errors.ts';

/** Longer than a process may take to get ready. */
const timeoutMs = 90_000;

interface Experiments {
  readonly kinds: readonly { readonly name: string; readonly promise: string }[];
  readonly report: ExperimentReport | null;
}

/** The console's API of experiments. Everything throws WEIR_DEMO_UNREACHABLE or WEIR_DEMO_REFUSED. */
export class ConsoleApi {
  private readonly page: string;
  private readonly token: string;

  private constructor(page: string, token: string) {
    this.page = page;
    this.token = token;
  }

  static async open(page: string): Promise<ConsoleApi> {
    const { token } = (await ask(`${page}/api/session`)) as { token: string };
    return new ConsoleApi(page, token);
  }

  async experiments(): Promise<Experiments> {
    return (await ask(`${this.page}/api/experiments`)) as Experiments;
  }

  async begin(name: string, by: 'supervisor' | 'caller'): Promise<ExperimentReport> {
    return (await this.post(`/api/experiments/${name}`, { by })) as ExperimentReport;
  }

  async done(problem: string | null): Promise<void> {
    await this.post('/api/experiments/current/done', { problem });
  }

  private post(path: string, body: object): Promise<unknown> {
    return ask(this.page + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'weir-token': this.token },
      body: JSON.stringify(body),
    });
  }
}

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    body = await response.json();
  } catch (error) {
    throw demoErrors.UNREACHABLE(`${url}: ${messageOf(error)}`, { cause: error });
  }
  if (response.ok) return body;
  const { code, message } = body as { code?: string; message?: string };
  throw demoErrors.REFUSED(`${message ?? `status ${response.status}`} (${code ?? url})`);
}
