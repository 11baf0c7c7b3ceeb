import { afterEach, expect, test, vi } from "vitest";
import { forgetSupervisor, rememberSupervisor } from "../../../src/channel/operate/supervisors.ts";
import { readForAction } from "../../../src/channel/outbound/read-back.ts";

const pauseFor = vi.fn();
const supervisor = { snapshot: () => ({ phase: "running" }), pauseFor } as never;

afterEach(() => forgetSupervisor("default", supervisor));

test("a listener is not ended for a program that cannot read a conversation back", async () => {
  rememberSupervisor("default", supervisor);
  const zca = { accountId: "default", capabilities: async () => ({ history: false, version: "0.0.24" }) } as never;
  const target = { kind: "user", id: "5120034498771203345" } as const;
  const read = await readForAction(zca, target, new AbortController().signal);
  expect(read).toEqual({ why: "zca 0.0.24 cannot read back a conversation", passes: false });
  expect(pauseFor).not.toHaveBeenCalled();
});
