import type { PersonaRow } from '../console/frame.ts';
import { byId, element, setText } from './element.ts';
import { count, modelName, personaName, simulatedTime } from './format.ts';
import type { Store } from './store.ts';

const columns = ['model', 'average', 'scored', 'evidence', 'regret'] as const;

/** Which model serves whom, since when, and on what evidence. */
export class PersonaTable {
  private readonly body = byId<HTMLTableSectionElement>('personas');
  private readonly rows = new Map<string, Map<string, HTMLElement>>();

  draw(store: Store): void {
    const personas = store.sections.personas ?? [];
    byId('personas-empty').hidden = personas.length > 0;
    byId('personas-table').hidden = personas.length === 0;
    if (personas.map(({ name }) => name).join() !== [...this.rows.keys()].join()) {
      this.make(personas);
    }
    for (const persona of personas) {
      const cells = this.rows.get(persona.name)!;
      const share = persona.share < 0.995 ? ` ${Math.round(100 * persona.share)} %` : '';
      const since = simulatedTime(persona.sinceMs, true);
      setText(cells.get('model')!, `${modelName(persona.model)}${share}, since ${since}`);
      setText(cells.get('average')!, persona.average.toFixed(3));
      setText(cells.get('scored')!, count(persona.scored));
      setText(cells.get('evidence')!, why(persona));
      setText(cells.get('regret')!, cost(persona));
    }
  }

  private make(personas: readonly PersonaRow[]): void {
    this.rows.clear();
    const made = personas.map(({ name }) => {
      const cells = new Map(columns.map((column) => [column as string, element('td', column)]));
      this.rows.set(name, cells);
      const head = element('th', '', personaName(name));
      head.setAttribute('scope', 'row');
      return element('tr', '', head, ...cells.values());
    });
    this.body.replaceChildren(...made);
  }
}

function why({ evidence }: PersonaRow): string {
  if (evidence.count < 1) return 'none is mature yet';
  const behind = `${count(Math.round(evidence.count))} mature`;
  if (evidence.z === null) return behind;
  const lead = evidence.z >= 0 ? 'leads' : 'trails';
  return `${behind}, ${lead} the next by ${Math.abs(evidence.z).toFixed(1)} sd`;
}

/** Against the best single model in hindsight. */
function cost({ evidence: { regret } }: PersonaRow): string {
  if (regret === null) return '–';
  const share = Math.abs(100 * regret).toFixed(1);
  return `${share} % ${regret < 0 ? 'less' : 'more'} loss`;
}
