import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { createHostileRig, me, patience, type HostileRig } from "./rig.ts";

describe("a code that was not sent", () => {
  let rig: HostileRig;

  beforeEach(() => {
    rig = createHostileRig();
    rig.logIn();
  });

  afterEach(() => rig.dispose());

  test("is not tried for ever: each try is a login, and the budget of ten minutes ends them", async () => {
    // Whatever the send says, it was certainly not sent.
    rig.world.setFaults([fault({ command: "msg send" }, { group: "exit", error: "Tham số không hợp lệ" })]);
    const stranger = "6111000000000000001";
    await rig.during(async () => {
      const failed = () => rig.problems.filter((line) => line.includes("was not delivered")).length;
      const refused = () => rig.details().pairingFlood?.budget ?? 0;
      const refusedBefore = refused();
      for (let count = 1; count <= 12 && refused() === refusedBefore; count += 1) {
        const before = failed() + refused();
        rig.world.say({ from: stranger, to: me, text: `lần ${count}` });
        // Handled by itself, not joined to the one before.
        await vi.waitFor(() => expect(failed() + refused()).toBeGreaterThan(before), patience);
      }
      expect(refused()).toBeGreaterThan(refusedBefore);
    });
    expect(rig.world.calls({ command: "msg send" }).length).toBeLessThanOrEqual(5);
    expect(rig.problems.join("\n")).toContain("was not delivered");
  }, 120_000);
});
