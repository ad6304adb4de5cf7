import { byId, setText } from './element.ts';
import { simulatedTime, speed, timeOfDay } from './format.ts';
import type { Store } from './store.ts';
import type { Connection } from './stream.ts';

const quietMs = 5_000;
const patienceMs = 10_000;

/** Simulated time, and whether what the page shows is true now. */
export class Header {
  private lostSinceMs = 0;

  draw(store: Store, connection: Connection, nowMs: number): void {
    const { clock } = store.sections;
    if (clock !== undefined && clock.simulatedMs > 0) {
      const pace = clock.speed === null ? '' : ` · ${speed(clock.speed)}`;
      setText(byId('clock'), `${simulatedTime(clock.simulatedMs)}${pace}`);
    }
    const { state, text } = this.liveness(store, connection, nowMs);
    document.body.dataset['connection'] = state;
    setText(byId('live-text'), text);
    this.drawBanner(store, state);
  }

  private liveness(
    store: Store,
    connection: Connection,
    nowMs: number,
  ): { state: string; text: string } {
    if (connection !== 'lost') this.lostSinceMs = 0;
    else if (this.lostSinceMs === 0) this.lostSinceMs = nowMs;
    if (connection === 'opening') return { state: 'opening', text: 'connecting' };
    if (connection === 'lost') {
      const patient = nowMs - this.lostSinceMs < patienceMs;
      const since = `stale since ${timeOfDay(this.lostSinceMs)}`;
      return { state: 'lost', text: patient ? 'reconnecting' : since };
    }
    const last = Math.max(...store.series.keys());
    if (!Number.isFinite(last)) return { state: 'waiting', text: 'waiting for the first score' };
    const quiet = nowMs - (last + 1) * 1000;
    if (quiet < quietMs) return { state: 'live', text: 'live' };
    return { state: 'stale', text: `stale since ${timeOfDay((last + 1) * 1000)}` };
  }

  private drawBanner(store: Store, state: string): void {
    const banner = byId('banner');
    const { runtime } = store.sections;
    let text = '';
    if (state === 'lost') {
      const since = timeOfDay(this.lostSinceMs);
      text = `The connection to this machine is lost; the figures are those of ${since}. The page reconnects by itself.`;
    } else if (runtime?.reason && state === 'stale') {
      text = `The runtime is not running: ${runtime.reason}`;
    } else if (runtime?.state === 'starting' && state === 'stale') {
      text =
        'The runtime answers, but is not ready: it recovers, or waits for another writer to end.';
    } else if (state === 'stale' && runtime?.state === 'ready') {
      text = 'The runtime is ready, but no score comes. Is the generator running?';
    }
    banner.hidden = text === '';
    setText(banner, text);
  }
}
