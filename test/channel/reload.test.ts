import { describe, expect, test } from "vitest";
import manifest from "../../openclaw.plugin.json" with { type: "json" };
import { reload } from "../../src/channel/reload.ts";
import { setupPlugin } from "../../src/channel/setup-plugin.ts";
import { channelConfigSchema } from "../../src/config.ts";

/** A change of these needs another listener, or another account. */
const restarting = ["accounts", "defaultAccount", "enabled", "profile", "zcaBinary", "zcaEnv"];

const { configPrefixes, noopPrefixes = [], accountScopedRestart } = reload;

/** As the host decides: the deepest prefix that matches, an exact one before one with a star. */
function restarts(path: string): boolean {
  const segments = path.split(".");
  const matching = [...configPrefixes, ...noopPrefixes]
    .filter((prefix) => prefix.split(".").every((part, index) => part === segments[index] || part === "*"))
    .toSorted((a, b) => b.split(".").length - a.split(".").length);
  const [deepest] = matching;
  return deepest !== undefined && configPrefixes.includes(deepest);
}

describe("a change of the config", () => {
  test.each(Object.keys(channelConfigSchema.shape))(
    "%s: applies to the next message, or restarts the listener",
    (key) => {
      expect(restarts(`channels.zalouser.${key}`)).toBe(restarting.includes(key));
    },
  );

  test.each(Object.keys(manifest.channelConfigs.zalouser.schema.properties.accounts.additionalProperties.properties))(
    "accounts.<id>.%s does the same for one account",
    (key) => {
      expect(restarts(`channels.zalouser.accounts.cửa-hàng.${key}`)).toBe(restarting.includes(key));
    },
  );

  test("deep inside of a group's rule restarts nothing", () => {
    expect(restarts("channels.zalouser.groups.7044519283300761122.requireMention")).toBe(false);
    expect(restarts("channels.zalouser.accounts.work.groups.*.tools.deny")).toBe(false);
  });

  test("of an account as a whole restarts it, and no other", () => {
    expect(restarts("channels.zalouser.accounts.work")).toBe(true);
    expect(accountScopedRestart).toBe(true);
  });

  test("of what decides about everybody is read anew, too: the first approval must not cost a login", () => {
    const anew = [
      "commands.ownerAllowFrom",
      "accessGroups.gia đình",
      "channels.defaults.groupPolicy",
      "messages.ackReactionScope",
    ];
    for (const path of anew)
      expect(noopPrefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}.`))).toBe(true);
  });

  test("is judged alike before the plugin is fully loaded", () => {
    expect(setupPlugin.reload).toBe(reload);
  });
});
