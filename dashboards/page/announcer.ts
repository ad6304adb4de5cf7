import { byId } from './element.ts';

const spacingMs = 5_000;

/** Speaks to screen readers, at most once in five seconds; only the newest sentence waits. */
export class Announcer {
  private spokeAtMs = -spacingMs;
  private waiting: string | undefined;
  private last = '';

  say(sentence: string): void {
    if (sentence === this.last) return;
    this.last = sentence;
    const delayMs = this.spokeAtMs + spacingMs - performance.now();
    if (this.waiting === undefined) setTimeout(() => this.speak(), Math.max(0, delayMs));
    this.waiting = sentence;
  }

  private speak(): void {
    byId('announcer').textContent = this.waiting ?? '';
    this.waiting = undefined;
    this.spokeAtMs = performance.now();
  }
}
