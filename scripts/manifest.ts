// Writes openclaw.plugin.json from the zod schema and package.json, or checks that it is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { commandDescriptor } from "../src/channel/command-descriptor.ts";
import { channelConfigSchema } from "../src/config.ts";

const manifestUrl = new URL("../openclaw.plugin.json", import.meta.url);
const { version, description } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

interface SchemaNode {
  title?: string;
  description?: string;
  /** False puts the field among those the Control UI shows at once; it tucks all others away. */
  advanced?: boolean;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  [key: string]: unknown;
}

const schema = z.toJSONSchema(channelConfigSchema, { target: "draft-7" }) as SchemaNode;
const uiHints: Record<string, { label?: string; help?: string; advanced?: boolean }> = {};
moveHints(schema, []);

const manifest = {
  id: "zalouser",
  name: "Zalo Personal",
  description,
  version,
  categories: ["channels"],
  channels: ["zalouser"],
  contracts: { tools: ["zalouser"] },
  activation: { onStartup: false },
  cliCommands: [commandDescriptor],
  configSchema: { type: "object", additionalProperties: false, properties: {} },
  channelConfigs: {
    zalouser: {
      label: "Zalo Personal",
      description: "Personal Zalo account through the zca program; QR login.",
      schema,
      uiHints,
    },
  },
};

const text = `${JSON.stringify(manifest, null, 2)}\n`;
if (process.argv.includes("--write")) {
  writeFileSync(manifestUrl, text);
} else if (readFileSync(manifestUrl, "utf8") !== text) {
  console.error("openclaw.plugin.json is out of date. Run: npm run manifest");
  process.exit(1);
}

/** Titles and descriptions become UI hints; the schema itself stays small, since the host reads it on every start. */
function moveHints(node: SchemaNode, path: readonly string[]): void {
  if (node.title !== undefined) {
    uiHints[path.join(".")] = {
      label: node.title,
      ...(node.description === undefined ? {} : { help: node.description }),
      ...(node.advanced === undefined ? {} : { advanced: node.advanced }),
    };
    // Of a list the form asks whether its entries are tucked away.
    if (node.advanced === false && node["type"] === "array") uiHints[[...path, "*"].join(".")] = { advanced: false };
    delete node.title;
    delete node.description;
    delete node.advanced;
  }
  for (const [key, child] of Object.entries(node.properties ?? {})) moveHints(child, [...path, key]);
  if (typeof node.additionalProperties === "object") moveHints(node.additionalProperties, [...path, "*"]);
}
