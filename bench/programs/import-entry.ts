// Imports the plugin's entry named by the first argument into a fresh process and prints how many milliseconds that took.
// With "plugin" as the second argument the time ends when the entry has handed over the channel's object, as every load
// of the host makes it do: an entry that loads the plugin only then hides nothing by it.
interface Entry {
  /** What a setup entry has: the object itself, or how to get it. */
  readonly plugin?: unknown;
  readonly loadSetupPlugin?: () => unknown;
  /** What a full entry has. */
  readonly register?: (api: object) => void;
}

const [url = "", until] = process.argv.slice(2);
const from = performance.now();
const { default: entry } = (await import(url)) as { default: Entry };
const plugin = until === "plugin" ? pluginOf(entry) : undefined;
const milliseconds = performance.now() - from;
if (until === "plugin" && !isChannel(plugin)) throw new Error(`${url} did not hand over a channel.`);
process.stdout.write(String(milliseconds));
process.exit(0);

function pluginOf({ plugin: ready, loadSetupPlugin, register }: Entry): unknown {
  let registered: unknown;
  register?.({
    registrationMode: "setup-only",
    runtime: {},
    registerChannel: (channel: { readonly plugin: unknown }) => (registered = channel.plugin),
  });
  return registered ?? ready ?? loadSetupPlugin?.();
}

function isChannel(value: unknown): boolean {
  return typeof value === "object" && value !== null && "id" in value && value.id === "zalouser";
}
