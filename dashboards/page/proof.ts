import type { KillReport, Proof } from '../console/frame.ts';
import { byId, element, setText } from './element.ts';
import { count, exact, seconds, timeOfDay } from './format.ts';
import type { Store } from './store.ts';

interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** In, out, lost, doubled; and the button that puts them to the test. */
export class ProofPanel {
  private readonly counters = new Map<string, HTMLElement>();
  private readonly dialog = byId<HTMLDialogElement>('kill-dialog');
  private readonly open = byId<HTMLButtonElement>('kill-open');
  private pending = false;
  private drawn = '';

  constructor() {
    for (const name of ['in', 'out', 'waiting', 'lost', 'doubled']) {
      const value = element('dd', '', '–');
      this.counters.set(name, value);
      byId('counters').append(element('div', `counter ${name}`, element('dt', '', name), value));
    }
    this.open.addEventListener('click', () => this.ask());
    byId('kill-cancel').addEventListener('click', () => this.dialog.close());
    byId('kill-confirm').addEventListener('click', () => {
      this.dialog.close();
      void this.kill();
    });
  }

  /** Says what will happen, before anything does. */
  ask(): void {
    if (!this.open.disabled && !this.dialog.open) this.dialog.showModal();
  }

  draw(store: Store): void {
    const { proof, kill, canKill, runtime } = store.sections;
    this.drawCounters(proof ?? null);
    const busy = kill !== null && kill !== undefined && !isOver(kill);
    this.open.disabled = canKill !== true || busy || this.pending;
    this.open.title =
      canKill === true ? '' : 'The supervisor has no running runtime that could be killed';
    setText(this.open, busy ? 'Killed; proof below…' : 'Kill the runtime…');
    if (kill) this.drawSteps(kill, runtime?.epoch ?? null);
  }

  private drawCounters(proof: Proof | null): void {
    if (proof === null) return;
    for (const name of ['in', 'out', 'waiting', 'lost', 'doubled'] as const) {
      setText(this.counters.get(name)!, count(proof[name]));
    }
    for (const name of ['lost', 'doubled'] as const) {
      this.counters.get(name)!.parentElement!.classList.toggle('wrong', proof[name] > 0);
    }
    const notExact = 'lower bounds: some files were removed before they were counted';
    const late = proof.late > proof.lost ? `${count(proof.late)} held up, still in a mailbox` : '';
    setText(byId('proof-note'), proof.exact ? late : notExact);
  }

  private drawSteps(kill: KillReport, epoch: number | null): void {
    const text = JSON.stringify([kill, epoch]);
    if (text === this.drawn) return;
    this.drawn = text;
    const back = kill.pauseMs !== null;
    const end = endOf(kill);
    const steps = byId('kill-steps');
    steps.hidden = false;
    const killed = step(
      'done',
      `Killed at ${timeOfDay(kill.killedAtMs)}`,
      kill.pid === null ? 'the signal is on its way' : `SIGKILL to process ${kill.pid}`,
    );
    killed.title = exact(kill.killedAtMs);
    steps.replaceChildren(
      killed,
      step(
        back ? 'done' : 'now',
        back ? `Scores again after ${seconds(kill.pauseMs)}` : 'Recovering from the last commit',
        back && epoch !== null
          ? `a new process, epoch ${count(epoch)}`
          : 'the generator goes on meanwhile',
      ),
      step(end.state, end.title, end.text),
    );
  }

  private async kill(): Promise<void> {
    const problem = byId('kill-problem');
    problem.hidden = true;
    this.pending = true;
    this.open.disabled = true;
    try {
      const session = (await (await fetch('/api/session')).json()) as { token: string };
      const answer = await fetch('/api/kill-runtime', {
        method: 'POST',
        headers: { 'weir-token': session.token },
      });
      if (!answer.ok) this.showProblem((await answer.json()) as ApiError);
    } catch (error) {
      this.showProblem({
        code: 'WEIR_CONSOLE_UNREACHABLE',
        message: `The console server did not answer (${String(error)}).`,
        hint: 'Nothing was killed as far as this page knows. Look whether npm start still runs.',
      });
    } finally {
      this.pending = false;
      this.open.disabled = false;
    }
  }

  private showProblem(error: ApiError): void {
    const copy = element('button', '', 'Copy');
    copy.type = 'button';
    copy.addEventListener('click', () => {
      const text = `${error.code}: ${error.message} ${error.hint}`;
      navigator.clipboard.writeText(text).then(
        () => setText(copy, 'Copied'),
        () => setText(copy, 'Can’t copy here'),
      );
    });
    const problem = byId('kill-problem');
    problem.replaceChildren(
      element('p', '', element('strong', '', error.message), ` ${error.hint}`),
      element('p', 'faint', element('code', '', error.code), ' ', copy),
    );
    problem.hidden = false;
  }
}

type StepState = 'done' | 'now' | 'next' | 'wrong';

function step(state: StepState, title: string, text: string): HTMLLIElement {
  return element('li', state, element('strong', '', title), element('span', 'faint', text));
}

function isOver(kill: KillReport): boolean {
  return kill.state === 'proved' || kill.state === 'failed';
}

function endOf(kill: KillReport): { state: StepState; title: string; text: string } {
  const counts = `${kill.lost === null ? '–' : count(kill.lost)} lost · ${count(kill.doubled)} doubled`;
  const inText = `of ${count(kill.in)} transactions that were in`;
  if (kill.state === 'proved') return { state: 'done', title: counts, text: inText };
  if (kill.state === 'failed') return { state: 'wrong', title: counts, text: inText };
  if (kill.state !== 'proving') {
    return { state: 'next', title: 'Lost and doubled', text: 'counted once scores come again' };
  }
  const open = kill.open === null ? '' : `${count(kill.open)} still to come `;
  return { state: 'now', title: 'Counting', text: `${open}${inText}` };
}

/** A sentence on the state of a kill, for people who listen to the page. */
export function killSentence(kill: KillReport): string {
  const end = endOf(kill);
  if (isOver(kill)) return `Proof after the kill: ${end.title}, ${end.text}.`;
  return kill.pauseMs === null
    ? 'The runtime was killed and is recovering.'
    : `Scores come again after ${seconds(kill.pauseMs)}.`;
}
