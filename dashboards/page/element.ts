type Child = Node | string;

/** The element of index.html with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no element #${id}`);
  return found as T;
}

/** A new element with a class and children. Text only ever becomes text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** A row of a table: its head, and the cells behind it. */
export function tableRow(head: Child, ...cells: Child[]): HTMLTableRowElement {
  const first = element('th', '', head);
  first.setAttribute('scope', 'row');
  return element('tr', '', first, ...cells.map((cell) => element('td', '', cell)));
}

/** Terms with what is known of them. */
export function facts(known: readonly (readonly [string, string])[]): HTMLElement[] {
  return known.map(([term, value]) =>
    element('div', '', element('dt', '', term), element('dd', '', value)),
  );
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A new SVG element. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Changes a text only if it differs, so that assistive technology and selections are left alone. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
