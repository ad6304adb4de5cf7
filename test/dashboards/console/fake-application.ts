import { appendFile, mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const saysMore = {
  reasons: ['amount 900.00', 'at night'],
  persona: 'frequent-large',
  evidence: { count: 1234.5, z: 2.25 },
};

/** A score line as the file egress writes it. */
export function scoreLine(n: number, score = 0.02, more: object = {}): string {
  const json = {
    transactionId: `t-${n}`,
    accountId: `a-${n % 97}`,
    merchantId: `m-${n % 31}`,
    amount: 12.34,
    atMs: 1_522_540_831_000 + n * 1000,
    score,
    model: 'logistic-regression',
    alert: score >= 0.5,
    ...(score >= 0.5 ? saysMore : {}),
    ...more,
  };
  return `${JSON.stringify({ typename: 'weir.fraud/Score', json })}\n`;
}

function transactionLine(n: number): string {
  const atMs = 1_522_540_831_000 + n * 1000;
  return `${JSON.stringify({ transactionId: `t-${n}`, accountId: 'a-1', merchantId: 'm-1', amount: 12.34, atMs })}\n`;
}

/** The file of an event log folder that begins at `offset`. */
export function logFile(data: string, log: string, offset = 0): string {
  return join(data, log, `${String(offset).padStart(20, '0')}.jsonl`);
}

/** Writes what a generator and a runtime would: the event logs, and an admin port with metrics. */
export class FakeApplication {
  readonly data: string;
  /** Transactions written. */
  transactions = 0;
  /** Scores written. */
  scores = 0;
  ready = true;
  commits = 0;
  waiting = 0;
  epoch = 1;
  /** The score of transaction n. */
  scoreOf: (n: number) => number = () => 0.02;
  /** Lines of the metrics beyond those that the overview needs. */
  moreMetrics: readonly string[] = [];
  /** Answers of the admin port to other paths, as JSON. */
  readonly answers = new Map<string, unknown>();
  private server: Server | undefined;

  constructor(data: string) {
    this.data = data;
  }

  async open(): Promise<string> {
    for (const log of ['transactions', 'feedback', 'scores']) {
      await mkdir(join(this.data, log), { recursive: true });
    }
    return this.openAdmin();
  }

  /** Opens the admin port; resolves with its URL. */
  async openAdmin(port = 0): Promise<string> {
    const server = createServer((request, response) => {
      if (request.url === '/health/ready') response.writeHead(this.ready ? 200 : 503).end('{}');
      else if (request.url === '/metrics') response.end(this.metrics());
      else if (request.url === '/snapshots') {
        response.end(JSON.stringify([{ sequence: this.commits }]));
      } else if (this.answers.has(request.url ?? '')) {
        response.end(JSON.stringify(this.answers.get(request.url!)));
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  closeAdmin(): Promise<void> {
    this.server?.closeAllConnections();
    return new Promise((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  async addTransactions(count: number): Promise<void> {
    let text = '';
    for (let i = 0; i < count; i++) text += transactionLine(this.transactions++);
    await appendFile(logFile(this.data, 'transactions'), text);
  }

  async addFeedback(count: number): Promise<void> {
    const line = `${JSON.stringify({ transactionId: 't-1', fraud: true, atMs: 1 })}\n`;
    await appendFile(logFile(this.data, 'feedback'), line.repeat(count));
  }

  /** Scores the next transactions. */
  async addScores(count: number): Promise<void> {
    let text = '';
    for (let i = 0; i < count; i++) {
      const n = this.scores++;
      const score = this.scoreOf(n);
      text += scoreLine(n, score, { amount: 20 + ((n * 7919) % 90_000) / 100 });
    }
    this.commits++;
    await appendFile(logFile(this.data, 'scores'), text);
  }

  private metrics(): string {
    const lines = [
      '# HELP weir_commits_total Committed cuts.',
      '# TYPE weir_commits_total counter',
      `weir_commits_total ${this.commits}`,
      'weir_commit_age_seconds 0.12',
      `weir_epoch ${this.epoch}`,
      'weir_parked_addresses 0',
    ];
    for (const name of ['account', 'merchant', 'classifier', 'selector', 'decision']) {
      lines.push(`weir_invocations_total{function_type="weir.fraud/${name}"} ${this.scores}`);
      const waiting = name === 'account' ? this.waiting : 0;
      lines.push(`weir_mailbox_messages{function_type="weir.fraud/${name}"} ${waiting}`);
    }
    return `${[...lines, ...this.moreMetrics].join('\n')}\n`;
  }
}
