const majorMin = 24;

/** Why this version of Node can't run Weir, and what to do; null if it can. */
export function nodeVersionFault(version: string): string | null {
  const major = Number.parseInt(version, 10);
  if (major >= majorMin) return null;
  return (
    `weir: Node ${majorMin} or later is needed, this is ${version}\n` +
    `  In a checkout \`npm ci\` brings one, which \`npx weir\` then uses; otherwise install Node ` +
    `${majorMin}, or \`nvm install ${majorMin}\`.`
  );
}
