import { readFile } from "node:fs/promises";
import type { Scene } from "../steps.ts";

interface Hint {
  readonly label?: string;
  readonly help?: string;
}

export async function openControlUi({ stage, narrator }: Scene): Promise<void> {
  const { host } = stage;
  const origin = `http://127.0.0.1:${host.port}`;
  narrator.say("GET the Control UI of the running gateway");
  const page = await fetch(`${origin}/`);
  const html = await page.text();
  const title = /<title>([^<]*)<\/title>/u.exec(html)?.[1] ?? "";
  const source = /<script[^>]+src="([^"]+)"/u.exec(html)?.[1] ?? "";
  const script = await fetch(new URL(source, `${origin}/`));
  await script.body?.cancel();
  narrator.verify(
    `the page "${title}" and its program are served`,
    page.ok && source !== "" && script.ok && /javascript/u.test(script.headers.get("content-type") ?? ""),
  );
  const schema = (await narrator.during("asking for the form's schema", () => host.gateway.call("config.schema"))) as {
    readonly uiHints: Readonly<Record<string, Hint>>;
  };
  const manifest: { channelConfigs: { zalouser: { uiHints: Readonly<Record<string, Hint>> } } } = JSON.parse(
    await readFile(new URL("../../../openclaw.plugin.json", import.meta.url), "utf8"),
  );
  const ours = Object.entries(manifest.channelConfigs.zalouser.uiHints);
  const delivered = ours.filter(([key, { label, help }]) => {
    const hint = schema.uiHints[`channels.zalouser.${key}`];
    // Where we say nothing more, OpenClaw does.
    return hint?.label === label && (help === undefined || hint?.help === help);
  });
  narrator.say(`channels.zalouser.dmPolicy: ${JSON.stringify(schema.uiHints["channels.zalouser.dmPolicy"])}`);
  narrator.verify(
    `all ${ours.length} labels and help texts of the channel's form are delivered`,
    delivered.length === ours.length,
  );
  narrator.say("(`npm run test:ui` opens the form in a headless Chromium)");
}
