import { post } from './api.ts';
import { byId, element, facts, setText, tableRow } from './element.ts';
import { ago, bytes, count, exact, milliseconds } from './format.ts';
import { Polled } from './polled.ts';
import { attempt } from './problem.ts';

interface Snapshot {
  readonly sequence: number;
  readonly epoch: number;
  readonly takenAt: string;
  readonly bytes: number;
  readonly writes: number;
  readonly written: number;
}

interface Endpoint {
  readonly functions: string;
  readonly url: string;
  readonly transport: string;
  readonly state: string;
  readonly since: number;
  readonly inFlight: number;
  readonly lastError: string | null;
  readonly failuresByClass: Readonly<Record<string, number>>;
  readonly retries: number;
}

interface Parked {
  /** `namespace/name/id`; an id may have slashes. */
  readonly address: string;
  readonly reason?: string;
  readonly code?: string;
  readonly messages?: number;
  readonly since?: string;
}

interface Runtime {
  readonly snapshots: readonly Snapshot[];
  readonly endpoints: readonly Endpoint[];
  readonly parked: readonly Parked[];
  readonly gauges: Readonly<Record<string, number | null>>;
  readonly lagRecords: Readonly<Record<string, number>>;
  readonly lagSeconds: Readonly<Record<string, number>>;
}

type Action = 'retry' | 'drop' | 'dead-letter';

const pollMs = 2_000;

/** Commits, sources, endpoints, and what may be done about parked addresses. */
export class RuntimeView extends Polled<Runtime> {
  private readonly dialog = byId<HTMLDialogElement>('parked-dialog');
  private asked: { action: Action; type?: string; id?: string } | null = null;

  constructor() {
    super(pollMs, 'runtime-problem');
    byId('parked-cancel').addEventListener('click', () => this.dialog.close());
    byId('parked-confirm').addEventListener('click', () => void this.act());
    for (const action of ['retry', 'drop'] as const) {
      byId(`parked-${action}-all`).addEventListener('click', () => this.ask({ action }));
    }
  }

  protected path(): string {
    return '/api/runtime';
  }

  protected take({ snapshots, endpoints, parked, gauges, lagRecords, lagSeconds }: Runtime): void {
    byId('runtime-facts').replaceChildren(...facts(figuresOf(gauges)));
    byId('runtime-snapshots').replaceChildren(...snapshots.map(snapshotRow));
    byId('runtime-endpoints').replaceChildren(...endpoints.map(endpointRow));
    const sources = Object.keys(lagRecords).map((name) => {
      const seconds = lagSeconds[name];
      return tableRow(
        name,
        count(lagRecords[name] ?? 0),
        seconds === undefined ? '–' : milliseconds(seconds * 1000),
      );
    });
    byId('runtime-lag').replaceChildren(...sources);
    byId('runtime-lag-table').hidden = sources.length === 0;
    byId('runtime-lag-empty').hidden = sources.length > 0;
    this.drawParked(parked);
  }

  private drawParked(parked: readonly Parked[]): void {
    byId('parked-empty').hidden = parked.length > 0;
    byId('parked-body').hidden = parked.length === 0;
    const key = JSON.stringify(parked);
    // Rows that did not change keep the focus.
    if (byId('parked-rows').dataset['key'] === key) return;
    byId('parked-rows').dataset['key'] = key;
    byId('parked-rows').replaceChildren(
      ...parked.map((one) => {
        const buttons = (['retry', 'drop'] as const).map((action) => {
          const button = element('button', '', action);
          button.type = 'button';
          button.ariaLabel = `${action} ${one.address}`;
          button.addEventListener('click', () => {
            const [namespace, name, ...rest] = one.address.split('/');
            this.ask({ action, type: `${namespace}/${name}`, id: rest.join('/') });
          });
          return button;
        });
        const why = one.reason ?? one.code ?? '';
        const waiting = count(one.messages ?? 0);
        const row = tableRow(one.address, why, waiting, element('span', 'row-buttons', ...buttons));
        if (one.since !== undefined) row.title = `since ${one.since}`;
        return row;
      }),
    );
  }

  private ask(asked: { action: Action; type?: string; id?: string }): void {
    this.asked = asked;
    const what = asked.id === undefined ? 'all parked addresses' : `${asked.type}/${asked.id}`;
    const texts = {
      retry: 'Its messages are tried again, with the image that serves now.',
      drop: 'Its first message, which could not be done, is thrown away for good; the others go on.',
      'dead-letter': 'Its first message leaves by the dead-letter egress.',
    };
    setText(byId('parked-title'), `${asked.action} ${what}?`);
    setText(byId('parked-text'), texts[asked.action]);
    byId('parked-confirm').classList.toggle('danger', asked.action === 'drop');
    byId('parked-problem').hidden = true;
    this.dialog.showModal();
  }

  private async act(): Promise<void> {
    const { asked } = this;
    if (asked === null) return;
    const work = (): Promise<unknown> => post('/api/parked', asked);
    if (!(await attempt(byId('parked-confirm'), byId('parked-problem'), work))) return;
    this.dialog.close();
    this.soon();
  }
}

function figuresOf(gauges: Runtime['gauges']): [string, string][] {
  const shown = (name: string, text: (value: number) => string): string => {
    const value = gauges[name];
    return value === null || value === undefined ? '–' : text(value);
  };
  return [
    ['last commit', shown('commitAgeSeconds', (s) => ago(s * 1000))],
    ['state in memory', shown('stateBytes', bytes)],
    ['resident memory', shown('residentBytes', bytes)],
    ['heap', shown('heapBytes', bytes)],
    ['event-loop delay, p99', shown('loopDelaySeconds', (s) => milliseconds(s * 1000))],
    ['undelivered messages', shown('queuedMessages', count)],
    ['delayed messages', shown('delayedMessages', count)],
    ['back-pressure', shown('backpressure', (on) => (on > 0 ? 'sources are paused' : 'none'))],
    ['requests to the store', shown('storeRequests', count)],
    ['bytes to and from the store', shown('storeBytes', bytes)],
  ];
}

function snapshotRow({ sequence, epoch, takenAt, bytes: size, writes, written }: Snapshot) {
  const atMs = Date.parse(takenAt);
  const row = tableRow(
    count(sequence),
    ago(Date.now() - atMs),
    count(epoch),
    bytes(size),
    `${bytes(written)} in ${count(writes)} ${writes === 1 ? 'request' : 'requests'}`,
  );
  row.title = exact(atMs);
  return row;
}

function endpointRow(endpoint: Endpoint): HTMLTableRowElement {
  const { functions, url, transport, state, inFlight, retries, lastError } = endpoint;
  const failures = Object.entries(endpoint.failuresByClass);
  const row = tableRow(
    functions,
    url,
    transport.slice(transport.lastIndexOf('/') + 1),
    state,
    count(inFlight),
    count(retries),
    failures.length === 0 ? 'none' : failures.map(([kind, n]) => `${kind} ${count(n)}`).join(', '),
  );
  row.classList.toggle('wrong', state !== 'up');
  if (lastError !== null) row.title = lastError;
  return row;
}
