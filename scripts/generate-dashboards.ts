/** Writes the Grafana boards: `npm run generate:dashboards`. A test checks that they are current. */
import { writeFileSync } from 'node:fs';
import { boardFiles } from '#dashboards/grafana/boards.ts';

const folder = new URL('../dashboards/grafana/boards/', import.meta.url);
for (const [name, text] of boardFiles()) writeFileSync(new URL(name, folder), text);
