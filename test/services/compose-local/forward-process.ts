// Stands in for docker compose: passes its arguments on to the test that owns the processes.
const [port, ...args] = process.argv.slice(2);
const release = process.env['CLASSIFIER_RELEASE'];
const env = release === undefined ? {} : { CLASSIFIER_RELEASE: release };
const answer = await fetch(`http://127.0.0.1:${port}/`, {
  method: 'POST',
  body: JSON.stringify({ args, env }),
});
process.stdout.write(`${await answer.text()}\n`);
process.exitCode = answer.ok ? 0 : 1;
