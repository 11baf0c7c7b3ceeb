import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSetupRig, type Answer, type HostConfig, type SetupRig } from "./rig.ts";

const lan = "5120034498771203345";
const group = "7044519283300761122";
const answers: Answer[] = [
  [/Take over/, true],
  [/Zalo may ban/, true],
  [/go on\?/, "later"],
  [/Who may write/, "pairing"],
  [/Which groups/, "disabled"],
];

let rig: SetupRig;
beforeEach(() => {
  rig = createSetupRig();
  vi.stubEnv("ZCA_BINARY", undefined);
});
afterEach(() => rig.dispose());

const withOpenzalo = (old: object, channels: object = {}) =>
  ({ channels: { ...channels, openzalo: { zcaBinary: "openzca", ...old } } }) as unknown as HostConfig;

describe("the owner who takes openzalo's settings over", () => {
  test("reads which entries are left out, and finds none of them in the new settings", async () => {
    const old = { dmPolicy: "allowlist", allowFrom: [lan, "Nguyễn Anh Tuấn"], groupAllowFrom: [group, "Gia đình"] };
    const { cfg } = await rig.configure(withOpenzalo(old), answers);
    const shown = rig.shown.join("\n");
    expect(shown).toContain('Left out of channels.openzalo.allowFrom: "Nguyễn Anh Tuấn"');
    expect(shown).toContain('Left out of channels.openzalo.groupAllowFrom: "Gia đình"');
    expect(cfg.channels?.["zalouser"]).toMatchObject({ allowFrom: [lan], groups: { [group]: { allow: true } } });
    expect(Object.keys(Object(cfg.channels?.["zalouser"]).groups)).toEqual([group]);
  });

  test("finds groups switched off in every account for which channels.defaults has done that", async () => {
    const old = { groupAllowFrom: [group], accounts: { work: {}, shop: {} } };
    const before = withOpenzalo(old, { defaults: { groupPolicy: "disabled" } });
    const { cfg } = await rig.configure(before, answers, { accountOverrides: { zalouser: "work" } });
    expect(cfg.channels?.["zalouser"]).toMatchObject({ accounts: { shop: { groupPolicy: "disabled" } } });
    expect(rig.shown.join("\n")).not.toContain("Left out of");
  });
});
