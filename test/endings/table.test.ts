import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openAccountState } from "../../src/channel/account/state.ts";
import { startListener } from "../../src/zca/index.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";
import { bystanders, rows } from "./rows.ts";

const patience = { timeout: 60_000, interval: 20 };

describe("endings", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.logIn();
    host.world.control({ heartbeatMs: 200 });
    host.parts = {
      random: () => 0.5,
      // The waits of minutes are tested with a clock; here only that they lead where they should.
      settings: { heartbeatMs: 5000, silentIntervals: 1, connectTimeoutMs: 20_000, presumeConnectedMs: 3000 },
      listen: (zca, options) => startListener(zca, { ...options, closeGraceMs: 200 }),
    };
  });

  afterEach(() => {
    for (const bystander of bystanders.splice(0)) bystander.kill("SIGKILL");
    host.dispose();
  });

  test.each(rows)(
    "$ending is told as $isA: $becomes, with the account and what mends it",
    { timeout: 120_000 },
    async (row) => {
      if (row.isA === "silent" && row.ending.startsWith("no connection")) {
        host.parts = { ...host.parts, settings: { ...host.parts.settings, connectTimeoutMs: 1000 } };
      }
      row.before?.(host);
      const stop = new AbortController();
      const running = host.run(stop.signal);
      try {
        if (row.once !== undefined) {
          await host.world.waitForListening("default", 90_000);
          await vi.waitFor(() => expect(host.status().lifecycle).toBe("ready"), patience);
          row.once(host);
        }
        const told = await vi.waitFor(() => {
          const wanted = row.becomes === "recovering" ? "recovering" : "blocked";
          const isOver = row.becomes === "over";
          const found = host.statuses.find(
            ({ lifecycle, lastError, terminalDisconnect }) =>
              lifecycle === wanted && typeof lastError === "string" && (terminalDisconnect === true) === isOver,
          );
          if (found === undefined) throw new Error("Nothing is told yet.");
          return found;
        }, patience);
        const atMs = Date.now();
        expect(
          openAccountState("default")
            .exits.read()
            ?.find(({ asked }) => asked === undefined)?.kind,
        ).toBe(row.isA);
        expect(told.connected).toBe(false);
        expect(told.terminalDisconnect === true).toBe(row.becomes === "over");
        expect(told.lastError).toContain('Zalo account "default": ');
        for (const words of row.says) expect(told.lastError).toContain(words);
        const next = /Next try at (\S+Z)\./u.exec(told.lastError ?? "")?.[1];
        if (row.nextInS === undefined) expect(next).toBeUndefined();
        else {
          const lost = told.lastDisconnect;
          const sinceMs = typeof lost === "object" && lost !== null ? lost.at : atMs;
          const waitS = (Date.parse(next ?? "") - sinceMs) / 1000;
          expect(waitS).toBeGreaterThanOrEqual(row.nextInS[0]);
          // What passes between the loss and the exit of the process is not part of the wait.
          expect(waitS).toBeLessThanOrEqual(row.nextInS[1]);
        }
        if (row.becomes === "over") expect(await running).toBe("ended");
        if (row.becomes === "recovering" && row.isA !== "lock-held" && row.isA !== "no-start") {
          await vi.waitFor(() => expect(host.status().lifecycle).toBe("ready"), patience);
        }
      } finally {
        stop.abort();
        await running;
      }
      expect(host.world.listenerPid("default") === undefined || row.isA === "lock-held").toBe(true);
    },
  );
});
