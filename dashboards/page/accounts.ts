import type { AccountSummary, Score } from '../console/frame.ts';
import { getJson } from './api.ts';
import { byId, element, facts, setText, tableRow } from './element.ts';
import { amount, count, simulatedTime } from './format.ts';
import { Polled } from './polled.ts';
import { showProblem } from './problem.ts';
import { modelBars, timelineRow } from './review.ts';
import { WaitingList } from './waiting.ts';

interface Picture {
  readonly states: Readonly<
    Record<
      string,
      { readonly typename: string; readonly json?: unknown; readonly valueBase64?: string }
    >
  >;
  readonly mailbox: number;
  readonly delayed: number;
  readonly parked: { readonly reason?: string; readonly code?: string } | null;
}

interface Address {
  readonly type: string;
  readonly id: string;
  readonly live: Picture;
  readonly committed: Picture | null;
  readonly summary: AccountSummary | null;
  readonly decisions: readonly Score[];
}

const accountType = 'weir.fraud/account';
const pollMs = 2_000;
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });

/** An address: what it knows, what waits for it, and what was decided about it. */
export class Accounts extends Polled<Address> {
  private readonly waiting = new WaitingList();
  private address: { type: string; id: string } | null = null;

  constructor() {
    super(pollMs, 'accounts-problem');
    byId<HTMLFormElement>('accounts-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const id = byId<HTMLInputElement>('accounts-id').value.trim();
      const type = byId<HTMLSelectElement>('accounts-type').value;
      if (id !== '') this.look(type, id);
    });
  }

  /** `id`: of an address of that type. */
  override show(id = '', type = ''): void {
    if (id !== '') this.look(type === '' ? accountType : type, id);
    void this.suggest();
    this.waiting.show();
    super.show();
  }

  override hide(): void {
    this.waiting.hide();
    super.hide();
  }

  private look(type: string, id: string): void {
    this.address = { type, id };
    byId<HTMLInputElement>('accounts-id').value = id;
    choose(byId<HTMLSelectElement>('accounts-type'), type);
    byId('accounts-result').hidden = true;
    this.soon();
  }

  private async suggest(): Promise<void> {
    try {
      const { mostAlerts } = await getJson<{ mostAlerts: { accountId: string; alerts: number }[] }>(
        '/api/accounts',
      );
      const links = mostAlerts.map(({ accountId, alerts }) => {
        const link = element('a', '', accountId);
        link.href = `#accounts/${encodeURIComponent(accountId)}`;
        return element('li', '', link, element('span', 'faint', ` ${count(alerts)}`));
      });
      byId('accounts-most').replaceChildren(...links);
      byId('accounts-none').hidden = links.length > 0;
    } catch (error) {
      showProblem(byId('accounts-problem'), error);
    }
  }

  protected path(): string | null {
    const { address } = this;
    return address === null ? null : `/api/address?${new URLSearchParams(address).toString()}`;
  }

  protected take({ type, id, live, committed, summary, decisions }: Address): void {
    byId('accounts-result').hidden = false;
    setText(byId('accounts-title'), `${type.slice(type.indexOf('/') + 1)} ${id}`);
    const parked = live.parked === null ? 'no' : (live.parked.reason ?? live.parked.code ?? 'yes');
    byId('accounts-facts').replaceChildren(
      ...facts([
        ['waiting messages', count(live.mailbox)],
        ['delayed messages', count(live.delayed)],
        ['parked', parked],
        ...(summary === null ? [] : summaryFacts(summary)),
      ]),
    );
    const names = Object.keys(live.states);
    byId('accounts-states').replaceChildren(
      ...names.map((name) => {
        const now = textOf(live, name);
        const before = committed === null ? 'in no cut yet' : textOf(committed, name);
        const shown = before === now ? 'the same' : element('code', '', before);
        return tableRow(name, element('code', '', now), shown);
      }),
    );
    byId('accounts-no-state').hidden = names.length > 0;
    byId('accounts-decisions').replaceChildren(...decisions.map((one) => timelineRow(one, false)));
    byId('accounts-no-decision').hidden = decisions.length > 0;
    byId('accounts-decisions-table').hidden = decisions.length === 0;
    // Decisions are about accounts alone.
    byId('accounts-decided').hidden = type !== accountType;
    const [newest] = decisions;
    byId('accounts-models').replaceChildren(
      ...(newest === undefined ? [] : modelBars(newest.byModel, newest.model)),
    );
  }
}

/** A type that is not offered has come from a link, and is offered from now on. */
function choose(select: HTMLSelectElement, type: string): void {
  if (![...select.options].some(({ value }) => value === type)) {
    select.append(new Option(type.slice(type.indexOf('/') + 1), type));
  }
  select.value = type;
}

function summaryFacts(summary: AccountSummary): [string, string][] {
  const share = (value: number | null): string => (value === null ? '–' : percent.format(value));
  const time = (atMs: number | null): string => (atMs === null ? '–' : simulatedTime(atMs, true));
  return [
    ['transactions of 30 days', count(summary.transactions)],
    ['mean amount', amount(summary.meanAmount)],
    ['largest amount', amount(summary.largestAmount)],
    ['newest transaction', time(summary.newestMs)],
    ['known since', time(summary.sinceMs)],
    ['known frauds', count(summary.knownFrauds)],
    ['devices', count(summary.devices)],
    ['countries', count(summary.countries)],
    ['bought online', share(summary.onlineShare)],
    ['bought away from home', share(summary.awayShare)],
  ];
}

const textMax = 2_000;
const previewMax = 80;

function textOf({ states }: Picture, name: string): string {
  const value = states[name];
  if (value === undefined) return 'not there';
  if (value.json === undefined && typeof value.valueBase64 === 'string') {
    const bytes = Math.floor((value.valueBase64.length * 3) / 4);
    const more = value.valueBase64.length > previewMax ? '…' : '';
    const preview = value.valueBase64.slice(0, previewMax);
    return `${value.typename}, ${count(bytes)} bytes: ${preview}${more}`;
  }
  const text = JSON.stringify(value.json ?? value, null, 1);
  return text.length > textMax ? `${text.slice(0, textMax)}…` : text;
}
