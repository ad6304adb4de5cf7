import type { Frame } from '../console/frame.ts';
import { Accounts } from './accounts.ts';
import { AlertList } from './alerts.ts';
import { Announcer } from './announcer.ts';
import { Charts, drawTable } from './chart.ts';
import { DriftLine } from './drift.ts';
import { byId, setText } from './element.ts';
import { Figures } from './figures.ts';
import { ExperimentPanel, experimentSentence } from './experiments.ts';
import { FlowLine } from './flow.ts';
import { amount, count, score, timeOfDay } from './format.ts';
import { Header } from './header.ts';
import { ModelsView } from './models.ts';
import { PersonaTable } from './personas.ts';
import { ProofCounters } from './proof.ts';
import { Review } from './review.ts';
import { RuntimeView } from './runtime.ts';
import { Store, windowSeconds } from './store.ts';
import { Stream } from './stream.ts';
import { Views } from './views.ts';

const redrawMs = 1_000;

const store = new Store();
const header = new Header();
const figures = new Figures();
const charts = new Charts();
const alerts = new AlertList();
const flow = new FlowLine();
const personas = new PersonaTable();
const drift = new DriftLine();
const proof = new ProofCounters();
const experiments = new ExperimentPanel();
const review = new Review();
const models = new ModelsView();
const views = new Views();
const announcer = new Announcer();
let drawing = false;
let asTable = false;

const stream = new Stream(
  (frame, isWhole) => {
    store.apply(frame, isWhole, Date.now());
    announce(frame, isWhole);
    requestDraw();
  },
  () => requestDraw(),
);

/** Draws once per shown frame, however many events came; a hidden tab draws nothing. */
function requestDraw(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    draw();
  });
}

function draw(): void {
  const nowMs = store.now(Date.now());
  header.draw(store, stream.connection, nowMs);
  // What is no longer true stays as it was, greyed: an age that runs on would look alive.
  if (stream.connection !== 'open') return;
  drawBadge(store);
  // What is not shown has no size to be drawn in, and costs nothing.
  if (views.current !== 'overview') return;
  figures.draw(store, nowMs);
  if (asTable) drawTable(store, nowMs);
  else charts.draw(store, nowMs);
  alerts.draw(store);
  flow.draw(store);
  personas.draw(store);
  drift.draw(store);
  proof.draw(store);
  experiments.draw(store);
  setText(byId('foot-text'), `All on this machine · page as of ${timeOfDay(nowMs)}`);
}

function drawBadge({ sections }: Store): void {
  if (sections.review === undefined) return;
  const { waiting, version } = sections.review;
  setText(byId('review-badge'), waiting === 0 ? '' : ` ${count(waiting)}`);
  review.noteVersion(version);
}

function announce(frame: Frame, isWhole: boolean): void {
  if (isWhole) return;
  const alert = frame.alerts?.at(-1);
  if (frame.experiment) announcer.say(experimentSentence(frame.experiment));
  else if (alert !== undefined) {
    const { accountId } = alert;
    announcer.say(`Alert: ${score(alert.score)}, ${amount(alert.amount)}, account ${accountId}`);
  }
}

function choose(span: number): void {
  charts.windowSeconds = span;
  byId('window-5').ariaPressed = String(span !== windowSeconds);
  byId('window-15').ariaPressed = String(span === windowSeconds);
  requestDraw();
}

function toggleTable(): void {
  asTable = !asTable;
  byId('as-table').ariaPressed = String(asTable);
  byId('charts').hidden = asTable;
  byId('chart-table').hidden = !asTable;
  requestDraw();
}

function chooseTheme(choice: string): void {
  const root = document.documentElement;
  if (choice === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = choice;
  localStorage.setItem('weir-theme', choice);
  showTheme(choice);
  charts.restyle();
  requestDraw();
}

function showTheme(choice: string): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-theme-choice]')) {
    button.ariaPressed = String(button.dataset['themeChoice'] === choice);
  }
}

byId('window-5').addEventListener('click', () => choose(5 * 60));
byId('window-15').addEventListener('click', () => choose(windowSeconds));
byId('as-table').addEventListener('click', toggleTable);
for (const button of document.querySelectorAll<HTMLElement>('[data-theme-choice]')) {
  button.addEventListener('click', () => chooseTheme(button.dataset['themeChoice']!));
}
showTheme(localStorage.getItem('weir-theme') ?? 'system');
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts.restyle());
document.addEventListener('visibilitychange', requestDraw);
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector('dialog[open]') !== null) return;
  if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
  if (views.current === 'review') review.key(event.key);
  if (views.current === 'models') models.key(event.key);
  if (views.current !== 'overview') return;
  if (event.key === 't') toggleTable();
  else if (event.key === 'w') choose(charts.windowSeconds === windowSeconds ? 300 : windowSeconds);
  else if (event.key === 'k') void experiments.ask('kill');
});
byId('skip').addEventListener('click', () => byId('main').focus());
views.add('overview', { show: requestDraw, hide: () => {} });
views.add('review', review);
views.add('accounts', new Accounts());
views.add('models', models);
views.add('runtime', new RuntimeView());
views.start();
// Ages go on while nothing arrives.
setInterval(requestDraw, redrawMs);
