// Imports the module named by the first argument into a fresh process and prints how many milliseconds that took.
const from = performance.now();
await import(process.argv[2] ?? "");
process.stdout.write(String(performance.now() - from));
process.exit(0);
