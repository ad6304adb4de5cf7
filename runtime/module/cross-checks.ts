import type { MistakeName } from './errors.ts';
import { nearest } from './nearest.ts';
import type { Claim, PortClaim, Reading } from './reading.ts';
import { namespaceOf } from './type-names.ts';

/** What can only be seen across components; each is named where the later one stands. */
export function crossCheck(reading: Reading): void {
  const { facts, mistakes } = reading;
  const unique: [MistakeName, string, (Claim & { name: string })[]][] = [
    ['DUPLICATE_ID', 'an ingress', facts.ingressIds.map((claim) => ({ ...claim, name: claim.id }))],
    ['DUPLICATE_ID', 'an egress', facts.egressIds.map((claim) => ({ ...claim, name: claim.id }))],
    [
      'DUPLICATE_FUNCTION',
      'what',
      facts.patterns.map((claim) => ({ ...claim, name: claim.pattern })),
    ],
    [
      'DUPLICATE_PATH',
      'an egress',
      facts.egressPaths.map((claim) => ({ ...claim, name: claim.path.replace(/\/$/, '') })),
    ],
  ];
  for (const [mistake, whose, claims] of unique) {
    const lines = new Map<string, number>();
    for (const { name, at, shown } of claims) {
      const first = lines.get(name);
      if (first === undefined) lines.set(name, at.line);
      else mistakes.add(mistake, at, twice(mistake, shown, whose, first));
    }
  }
  overlappingPorts(reading);
  unservedTargets(reading);
  deadLetterEgresses(reading);
}

function twice(mistake: MistakeName, shown: string, whose: string, line: number): string {
  if (mistake === 'DUPLICATE_FUNCTION') return `${shown} is bound in line ${line} already`;
  if (mistake === 'DUPLICATE_PATH') return `${shown} is the path of ${whose} in line ${line} too`;
  return `${shown} is the id of ${whose} in line ${line} already`;
}

function overlappingPorts({ facts, mistakes }: Reading): void {
  const byPort = new Map<number, PortClaim[]>();
  for (const claim of facts.ports) {
    if (claim.port === 0) continue; // any free one
    const others = byPort.get(claim.port) ?? [];
    const first = others.find((other) => hostsOverlap(other.host, claim.host));
    if (first !== undefined) {
      const message = `the port ${claim.shown} is taken by the component in line ${first.at.line}`;
      mistakes.add('PORT_OVERLAP', claim.at, message);
    } else {
      byPort.set(claim.port, [...others, claim]);
    }
  }
}

function hostsOverlap(a: string, b: string): boolean {
  const plain = (host: string): string =>
    host.toLowerCase() === 'localhost' ? '127.0.0.1' : host.toLowerCase();
  const wildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';
  return plain(a) === plain(b) || wildcard(a) || wildcard(b);
}

/** Compared with more, a file of thousands of wrong targets would take seconds. */
const comparedMax = 1000;

function unservedTargets({ facts, mistakes }: Reading): void {
  const patterns = new Set(facts.patterns.map(({ pattern }) => pattern));
  const known = [...patterns].slice(0, comparedMax);
  const listed = known.slice(0, 10).join(', ') + (patterns.size > 10 ? ', …' : '');
  // What is served is no secret unless it came from outside; then no message may list it.
  const secretPattern = facts.patterns.some((claim) => isHidden(claim));
  let compared = 0;
  for (const claim of facts.targets) {
    const { at, shown, functionType } = claim;
    if (patterns.has(functionType) || patterns.has(`${namespaceOf(functionType)}/*`)) continue;
    const secret = secretPattern || isHidden(claim);
    const near = compared++ < 100 && !secret ? meant(functionType, known) : null;
    const expected =
      near ?? (listed === '' || secret ? 'a function that is served' : `one of ${listed}`);
    mistakes.add('UNSERVED_TARGET', at, `nothing in this file serves ${shown}`, {
      expected,
    });
  }
}

/** What is given up must have somewhere to go, in a form that is taken there. */
function deadLetterEgresses({ facts, mistakes }: Reading): void {
  const ids = facts.egressIds.map(({ id }) => id);
  for (const { at, shown, egress, hasTopic } of facts.deadLetters) {
    if (!ids.includes(egress)) {
      const expected = nearest(egress, ids.slice(0, comparedMax)) ?? 'an egress of this file';
      mistakes.add('UNKNOWN_EGRESS', at, `no egress of this file has the id ${shown}`, {
        expected,
      });
    } else if (facts.streamEgresses.has(egress)) {
      const message = `${shown} is a Kinesis egress, which takes no dead letters`;
      mistakes.add('BAD_VALUE', at, message, { expected: 'a file, Kafka or playground egress' });
    } else if (hasTopic !== facts.topicEgresses.has(egress)) {
      const message = hasTopic
        ? `${shown} is no Kafka egress, and takes no topic`
        : `${shown} is a Kafka egress, and needs a topic`;
      const expected = hasTopic ? 'the id alone' : '{egress: namespace/name, topic: name}';
      mistakes.add('BAD_VALUE', at, message, { expected });
    }
  }
}

/** Values of the file are shown in back quotes; see `shown`. */
function isHidden(claim: Claim): boolean {
  return !claim.shown.startsWith('`');
}

/** The nearest function type that is served; a namespace serves the same name in it. */
function meant(functionType: string, patterns: readonly string[]): string | null {
  const name = functionType.slice(namespaceOf(functionType).length + 1);
  const types = patterns.map((p) => (p.endsWith('/*') ? `${namespaceOf(p)}/${name}` : p));
  return nearest(functionType, types);
}
