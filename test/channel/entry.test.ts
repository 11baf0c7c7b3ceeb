import { defineChannelPluginEntry, defineSetupPluginEntry } from "openclaw/plugin-sdk/channel-core";
import { describe, expect, test } from "vitest";
import { channelEntry, setupEntry } from "../../src/channel/entry.ts";

type Define = typeof channelEntry;
type Api = Parameters<ReturnType<Define>["register"]>[0];

const plugin = { id: "zalouser" };
const runtime = {};

/** What an entry registers in a mode, in order, with what each part is given. */
function registeredBy(define: Define, mode: Api["registrationMode"], isBare = false): unknown[] {
  const calls: unknown[] = [];
  const noted = (name: string) => (value: unknown) => void calls.push([name, value === api ? "the api" : value]);
  const api = { registrationMode: mode, runtime, registerChannel: noted("registerChannel") } as unknown as Api;
  const parts = {
    setRuntime: noted("setRuntime"),
    registerCliMetadata: noted("registerCliMetadata"),
    registerFull: noted("registerFull"),
    registerCapabilities: noted("registerCapabilities"),
  };
  const entry = define({ id: "zalouser", name: "Zalo", description: "Zalo.", plugin, ...(isBare ? {} : parts) });
  expect(entry).toMatchObject({ id: "zalouser", name: "Zalo", description: "Zalo." });
  entry.register(api);
  return calls;
}

/** All of them: one more or less in the host's types does not compile. */
const modes: Record<Api["registrationMode"], true> = {
  full: true,
  discovery: true,
  "tool-discovery": true,
  "setup-only": true,
  "setup-runtime": true,
  "cli-metadata": true,
};

describe.each(Object.keys(modes) as Api["registrationMode"][])("loaded by the host as %s", (mode) => {
  test("the entry registers what the host's own helper registers, in the same order", () => {
    expect(registeredBy(channelEntry, mode)).toEqual(registeredBy(defineChannelPluginEntry, mode));
    expect(registeredBy(channelEntry, mode).length).toBeGreaterThan(0);
  });

  test("parts that are left out are left out", () => {
    expect(registeredBy(channelEntry, mode, true)).toEqual(registeredBy(defineChannelPluginEntry, mode, true));
  });
});

test("the setup entry is what the host's own helper makes", () => {
  expect(setupEntry(plugin)).toEqual(defineSetupPluginEntry(plugin));
});
