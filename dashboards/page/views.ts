import { byId } from './element.ts';

const names = ['overview', 'review', 'accounts', 'models', 'runtime'] as const;
export type ViewName = (typeof names)[number];

/** One view of the page: told when it is shown, and when it is not any more. */
export interface View {
  show(argument: string, detail: string): void;
  hide(): void;
}

/**
 * Shows the view that the address names (`#review`, `#accounts/a-17`): the browser's back works,
 * and a view can be linked to.
 */
export class Views {
  current: ViewName = 'overview';
  private readonly views = new Map<ViewName, View>();

  add(name: ViewName, view: View): void {
    this.views.set(name, view);
  }

  /** To be called when all are added. */
  start(): void {
    addEventListener('hashchange', () => this.follow(true));
    this.follow(false);
  }

  private follow(moved: boolean): void {
    const [name = '', argument = '', detail = ''] = location.hash.slice(1).split('/', 3);
    const next = names.find((one) => one === name) ?? 'overview';
    const before = this.current;
    this.current = next;
    for (const one of names) {
      byId(`view-${one}`).hidden = one !== next;
      const link = byId(`to-${one}`);
      if (one === next) {
        link.setAttribute('aria-current', 'page');
      } else link.removeAttribute('aria-current');
    }
    byId('foot-keys').hidden = next !== 'overview';
    const title = byId(`to-${next}`).textContent?.trim() ?? '';
    document.title = `${title} · Weir`;
    if (before !== next) this.views.get(before)?.hide();
    this.views.get(next)?.show(decodeURIComponent(argument), decodeURIComponent(detail));
    // Who listens to the page is told where it is now.
    if (moved) byId('main').focus();
  }
}
