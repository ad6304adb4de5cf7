/** `npm start`: the whole application as processes of its own on this machine. */
const needed = 24;
const found = Number(process.versions.node.split('.')[0]);

// Checked before anything else is loaded: an older Node would fail on the first file that it can't
// read, with a message that helps nobody.
if (found < needed) {
  process.stderr.write(
    `Weir needs Node ${needed} or later; this is ${process.versions.node}.\n` +
      'Run "npm ci" once, then "npm start": npm then uses the Node that came with the packages.\n',
  );
  process.exit(64);
}
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
