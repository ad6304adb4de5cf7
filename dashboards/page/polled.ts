import { getJson } from './api.ts';
import { byId } from './element.ts';
import { showProblem } from './problem.ts';
import type { View } from './views.ts';

/**
 * A view that asks the server again and again while it is shown and the tab is visible: at once,
 * then so long after each answer. What it shows stays while an answer is late or fails; the problem
 * is told beside it.
 */
export abstract class Polled<T> implements View {
  private readonly everyMs: number;
  private readonly problem: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shown = false;

  /** `problemId`: the element of index.html that says what went wrong. */
  constructor(everyMs: number, problemId: string) {
    this.everyMs = everyMs;
    this.problem = byId(problemId);
    document.addEventListener('visibilitychange', () => !document.hidden && this.soon());
  }

  /** Where to ask; null asks nothing. */
  protected abstract path(): string | null;
  protected abstract take(data: T): void;

  show(_argument = ''): void {
    this.shown = true;
    void this.poll();
  }

  hide(): void {
    this.shown = false;
    clearTimeout(this.timer);
  }

  /** Asks again now, if it is shown. */
  soon(): void {
    if (this.shown) void this.poll();
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    const path = this.path();
    if (path !== null) {
      try {
        const data = await getJson<T>(path);
        this.problem.hidden = true;
        this.take(data);
      } catch (error) {
        showProblem(this.problem, error);
      }
    }
    clearTimeout(this.timer);
    if (this.shown && !document.hidden) {
      this.timer = setTimeout(() => void this.poll(), this.everyMs);
    }
  }
}
