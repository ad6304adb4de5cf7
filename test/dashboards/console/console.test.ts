import { mkdtemp, readdir, rm, writeFile, mkdir } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadAssets } from '#dashboards/console/assets.ts';
import { Console } from '#dashboards/console/console.ts';
import type { ExperimentReport, Frame, Overview } from '#dashboards/console/frame.ts';
import { SupervisorLink } from '#dashboards/console/supervisor-link.ts';
import type { Channel } from '#dashboards/console/supervisor-link.ts';
import type { FromConsole, FromSupervisor } from '#dashboards/console/supervisor-messages.ts';
import { FakeApplication, logFile, scoreLine } from './fake-application.ts';

const patience = { timeout: 30_000, interval: 25 };

/** The supervisor's end of the channel. */
class FakeSupervisor implements Channel {
  readonly connected = true;
  readonly heard: FromConsole[] = [];
  answer: (message: FromConsole) => void = () => {};
  private listener: (message: FromSupervisor) => void = () => {};

  send(message: FromConsole): void {
    this.heard.push(message);
    this.answer(message);
  }
  onMessage(listener: (message: FromSupervisor) => void): void {
    this.listener = listener;
  }
  onGone(): void {}
  tell(message: FromSupervisor): void {
    this.listener(message);
  }
  part(state: 'running' | 'exited', pid: number | null): void {
    this.tell({ type: 'part', part: 'runtime', state, pid, atMs: Date.now() });
  }
}

let data: string;
let app: FakeApplication;
let supervisor: FakeSupervisor;
let admin: string;
let opened: { console: Console; url: string } | undefined;
const warnings: string[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'weir-console-'));
  app = new FakeApplication(data);
  admin = await app.open();
  supervisor = new FakeSupervisor();
  warnings.length = 0;
});
afterEach(async () => {
  await opened?.console.close();
  opened = undefined;
  await app.closeAdmin();
  await rm(data, { recursive: true, force: true });
});

async function openConsole(keepScoresBytes: number | null = null): Promise<string> {
  const options = {
    ...{ data, host: '127.0.0.1', port: 0, admin, intake: admin },
    ...{ allowedHosts: [], keepScoresBytes },
  };
  const link = new SupervisorLink(supervisor, () => {});
  opened = await Console.open(options, link, await loadAssets(), (text) => warnings.push(text));
  return opened.url.replace('localhost', '127.0.0.1');
}

async function reopen(): Promise<string> {
  await opened?.console.close();
  opened = undefined;
  return openConsole();
}

async function overview(url: string): Promise<Overview> {
  return (await (await fetch(`${url}/api/overview`)).json()) as Overview;
}

/** Waits for figures of the overview. */
async function shows(url: string, expected: Partial<Overview>): Promise<void> {
  await vi.waitFor(async () => expect(await overview(url)).toMatchObject(expected), patience);
}

function post(url: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${url}/api/experiments/kill`, { method: 'POST', headers });
}

async function report(url: string): Promise<ExperimentReport | null> {
  const answer = await fetch(`${url}/api/experiments`);
  return ((await answer.json()) as { report: ExperimentReport | null }).report;
}

async function token(url: string): Promise<string> {
  return ((await (await fetch(`${url}/api/session`)).json()) as { token: string }).token;
}

describe('the overview', () => {
  it('has exactly the promised figures, from the logs and the admin port', async () => {
    app.scoreOf = (n) => (n % 10 === 0 ? 0.75 : 0.05);
    const url = await openConsole();
    expect(await overview(url)).toEqual({
      ...{ scored: 0, transactionsPerSecond: 0, averageScore: null, alerts: 0, feedback: 0 },
      ...{ commits: expect.any(Number) as number, parked: 0 },
    });
    await app.addTransactions(120);
    await app.addFeedback(7);
    await app.addScores(100);
    await shows(url, { scored: 100, alerts: 10, feedback: 7, commits: 1, parked: 0 });
    expect((await overview(url)).averageScore).toBeCloseTo(0.12, 3);
    await vi.waitFor(async () => {
      expect((await overview(url)).transactionsPerSecond).toBeGreaterThan(0);
    }, patience);
  });

  it('tells the supervisor the first score, once', async () => {
    const url = await openConsole();
    await app.addScores(1);
    await shows(url, { scored: 1 });
    await app.addScores(5);
    await shows(url, { scored: 6 });
    const first = { type: 'first-score', transactionId: 't-0', score: 0.02 };
    expect(supervisor.heard).toEqual([first]);
  });

  it('skips lines that hold no score, and goes on', async () => {
    const url = await openConsole();
    const lines = ['not json', '{"typename":"x","value":"AA=="}', 'null', '{"json":{"score":9}}'];
    await writeFile(logFile(data, 'scores'), `${lines.join('\n')}\n${scoreLine(0)}`);
    await shows(url, { scored: 1 });
  });
});

describe('after its own restart', () => {
  it('has the totals of before, and counts what was written meanwhile once', async () => {
    let url = await openConsole();
    await app.addTransactions(60);
    await app.addFeedback(3);
    await app.addScores(50);
    await shows(url, { scored: 50, feedback: 3 });
    await opened!.console.close();
    opened = undefined;
    await app.addTransactions(10);
    await app.addScores(15);
    url = await openConsole();
    await shows(url, { scored: 65, feedback: 3 });
    const { frames, close } = await follow(url);
    await vi.waitFor(() => {
      const whole = frames[0]!.frame;
      expect(whole.proof).toMatchObject({ in: 70, out: 65, waiting: 5, doubled: 0, exact: true });
    }, patience);
    close();
    expect(warnings).toEqual([]);
  });

  it('has read what was written up to its stop', async () => {
    const url = await openConsole();
    await app.addScores(20);
    await shows(url, { scored: 20 });
    // Written and stopped at once: no pass of the read loop comes in between.
    await app.addScores(30);
    await opened!.console.close();
    opened = undefined;
    await rm(logFile(data, 'scores'));
    await shows(await openConsole(), { scored: 50 });
  });

  it('still has them when the files that it had read are gone', async () => {
    let url = await openConsole();
    await app.addScores(40);
    await shows(url, { scored: 40 });
    await opened!.console.close();
    opened = undefined;
    const { position } = await checkpointPosition();
    await rm(logFile(data, 'scores'));
    await writeFile(logFile(data, 'scores', position), scoreLine(40));
    url = await openConsole();
    await shows(url, { scored: 41 });
  });

  it('counts what is there again if its checkpoint is damaged, and says so', async () => {
    const url = await openConsole();
    await app.addScores(40);
    await shows(url, { scored: 40 });
    await opened!.console.close();
    opened = undefined;
    await writeFile(join(data, 'console', 'checkpoint.json'), '{"version":1,"posi');
    await shows(await openConsole(), { scored: 40 });
    expect(warnings.join()).toMatch(/checkpoint\.json is not whole/);
  });

  async function checkpointPosition(): Promise<{ position: number }> {
    const { readFile } = await import('node:fs/promises');
    const text = await readFile(join(data, 'console', 'checkpoint.json'), 'utf8');
    const { positions } = JSON.parse(text) as { positions: { scores: number } };
    return { position: positions.scores };
  }
});

describe('the scores folder', () => {
  it('is trimmed behind what was read, by whole files', async () => {
    const line = scoreLine(0);
    await mkdir(join(data, 'scores'), { recursive: true });
    for (let i = 0; i < 5; i++) {
      await writeFile(logFile(data, 'scores', i * line.length), scoreLine(i));
    }
    const url = await openConsole(line.length);
    await shows(url, { scored: 5 });
    await vi.waitFor(async () => {
      expect(await readdir(join(data, 'scores'))).toEqual(['00000000000000000772.jsonl']);
    }, patience);
    await shows(url, { scored: 5 });
  });

  it('that was begun anew makes the console say that it is out of date', async () => {
    const url = await openConsole();
    await app.addScores(20);
    await shows(url, { scored: 20 });
    await writeFile(logFile(data, 'scores'), scoreLine(0));
    expect(await opened!.console.outdated.promise).toContain('begun anew');
    await shows(await reopen(), { scored: 1 });
  });
});

interface Followed {
  readonly atMs: number;
  readonly type: string;
  readonly frame: Frame;
}

/** Opens an event stream and notes what comes. */
async function follow(url: string): Promise<{ frames: Followed[]; close: () => void }> {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events`, { signal: stop.signal });
  const frames: Followed[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events) {
        const found = /^event: (\w+)\ndata: (.*)$/s.exec(event);
        if (found === null) continue;
        const frame = JSON.parse(found[2]!) as Frame;
        frames.push({ atMs: performance.now(), type: found[1]!, frame });
      }
    }
  };
  read().catch(() => {});
  return { frames, close: () => stop.abort() };
}

describe('the events', () => {
  it('come at most four times a second under load, the whole picture first', async () => {
    const url = await openConsole();
    const { frames, close } = await follow(url);
    const began = performance.now();
    while (performance.now() - began < 1_500) {
      await app.addTransactions(150);
      await app.addScores(150);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await vi.waitFor(() => {
      expect(frames.at(-1)!.frame.figures?.scored).toBe(app.scores);
    }, patience);
    const elapsedMs = performance.now() - began;
    close();
    expect(frames[0]!.type).toBe('whole');
    expect(frames.slice(1).every(({ type }) => type === 'changes')).toBe(true);
    expect(frames.length).toBeGreaterThan(3);
    expect(frames.length).toBeLessThanOrEqual(Math.ceil(elapsedMs / 250) + 1);
    const alone = frames.filter(({ frame }) => (frame.alerts?.length ?? 0) > 50);
    expect(alone).toEqual([]);
  });

  it('are refused beyond 64 pages, with an error that says what to do', async () => {
    const url = await openConsole();
    const streams = await Promise.all(Array.from({ length: 64 }, () => follow(url)));
    const refused = await fetch(`${url}/api/events`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ code: 'WEIR_CONSOLE_CLIENTS' });
    streams[0]!.close();
    await vi.waitFor(async () => {
      const again = await fetch(`${url}/api/events`, { signal: AbortSignal.timeout(500) });
      expect(again.status).toBe(200);
    }, patience);
    for (const { close } of streams) close();
  });
});

describe('an experiment', () => {
  it('takes the token of this server and our own origin', async () => {
    const url = await openConsole();
    supervisor.part('running', 4711);
    const none = await post(url, {});
    expect(none.status).toBe(403);
    expect(await none.json()).toEqual({
      code: 'WEIR_CONSOLE_TOKEN',
      message: 'The header weir-token is missing or not right.',
      hint: expect.stringContaining('/api/session') as string,
    });
    expect((await post(url, { 'weir-token': 'guess' })).status).toBe(403);
    const right = await token(url);
    const foreign = await post(url, { 'weir-token': right, origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(supervisor.heard).toEqual([]);
  });

  it('shows the token to no other site', async () => {
    const url = await openConsole();
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await fetch(`${url}/api/session`, { headers })).status).toBe(403);
  });

  it('is done by the supervisor, and followed to the proof', async () => {
    const url = await openConsole();
    supervisor.part('running', 4711);
    await app.addTransactions(100);
    await app.addScores(90);
    await shows(url, { scored: 90 });
    supervisor.answer = (message) => {
      if (message.type !== 'task') return;
      supervisor.part('exited', null);
      supervisor.tell({ type: 'done', request: message.request, pids: [4711] });
    };
    const answer = await post(url, { 'weir-token': await token(url), origin: url });
    expect(answer.status).toBe(200);
    const again = await post(url, { 'weir-token': await token(url) });
    expect(again.status).toBe(409);
    await vi.waitFor(async () => {
      expect(await report(url)).toMatchObject({ state: 'watching', in: 100, open: 10 });
    }, patience);
    // What comes now is read after the log was read to its end without that process.
    await new Promise((resolve) => setTimeout(resolve, 300));
    supervisor.part('running', 4712);
    await app.addScores(10);
    await vi.waitFor(async () => {
      expect(await report(url)).toMatchObject({ state: 'proved', lost: 0, doubled: 0 });
    }, patience);
    expect((await report(url))?.pauseMs).toBeGreaterThan(0);
  });

  it('says so when nobody runs the runtime', async () => {
    const url = await openConsole();
    supervisor.answer = (message) => {
      if (message.type !== 'task') return;
      supervisor.tell({ type: 'refused', request: message.request, reason: 'it is not running' });
    };
    const answer = await post(url, { 'weir-token': await token(url) });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'WEIR_CONSOLE_NOT_DONE' });
    expect(await report(url)).toMatchObject({ state: 'failed' });
  });

  it('is done by its caller where nobody supervises, and waits for the word', async () => {
    const url = await openConsole();
    await app.addTransactions(50);
    await app.addScores(50);
    await shows(url, { scored: 50 });
    const headers = { 'weir-token': await token(url), 'content-type': 'application/json' };
    const ask = (path: string, body: object): Promise<Response> =>
      fetch(`${url}/api/experiments/${path}`, {
        ...{ method: 'POST', headers, body: JSON.stringify(body) },
      });
    expect((await ask('current/done', {})).status).toBe(409);
    expect((await ask('kill', { by: 'somebody' })).status).toBe(400);
    expect((await ask('explode', { by: 'caller' })).status).toBe(404);
    expect((await ask('kill', { by: 'caller' })).status).toBe(200);
    expect(await report(url)).toMatchObject({
      ...{ state: 'acting', todo: { kind: 'kill', part: 'runtime' } },
    });
    expect(supervisor.heard.filter(({ type }) => type === 'task')).toEqual([]);
    expect((await ask('current/done', { problem: 'no such container' })).status).toBe(200);
    await vi.waitFor(async () => {
      expect(await report(url)).toMatchObject({
        state: 'failed',
        checks: [{ measured: 'no such container', ok: false }],
      });
    }, patience);
  });
});

describe('the runtime', () => {
  it('may be absent, come, and go without the figures going', async () => {
    await app.closeAdmin();
    const url = await openConsole();
    await app.addScores(10);
    await shows(url, { scored: 10, commits: 0 });
    await app.openAdmin(Number(new URL(admin).port));
    await shows(url, { commits: 1 });
    await app.closeAdmin();
    await app.addScores(10);
    await shows(url, { scored: 20, commits: 1 });
  });
});

describe('the server', () => {
  it('lets nothing but its own files run on the page, and needs less than 250 KB', async () => {
    const url = await openConsole();
    const page = await fetch(url);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await page.text();
    expect(html).not.toMatch(/\son\w+=|style=|https?:\/\//);
    let bytes = html.length;
    for (const path of (await loadAssets()).keys()) {
      if (path === '/' || path === '/index.html') continue;
      const asset = await fetch(url + path);
      expect(asset.status).toBe(200);
      bytes += (await asset.arrayBuffer()).byteLength;
      const headers = { 'if-none-match': asset.headers.get('etag')! };
      expect((await fetch(url + path, { headers })).status).toBe(304);
    }
    expect(bytes).toBeLessThan(250_000);
  });

  it('answers for no other host name', async () => {
    const url = await openConsole();
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { host: 'evil.example:8080' };
      request(`${url}/api/session`, { headers }, (answer) => resolve(answer.statusCode!))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });

  it('names what it does not know', async () => {
    const url = await openConsole();
    const answer = await fetch(`${url}/api/nothing`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'WEIR_CONSOLE_NOT_FOUND' });
  });
});
