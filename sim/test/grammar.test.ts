import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openzca, legacy } from "../cli/grammar.ts";
import { helpText } from "../cli/help.ts";
import { parse, type Parsed } from "../cli/parse.ts";

const read = (...argv: string[]): Parsed => parse(argv, openzca).parsed;
const profileOf = (...argv: string[]) => parse(argv, openzca).globals.get("profile");

function run(...argv: string[]) {
  const parsed = read(...argv);
  if (parsed.kind !== "run") throw new Error(`expected a command, got ${JSON.stringify(parsed)}`);
  return { path: parsed.command.path.join(" "), args: parsed.args, options: Object.fromEntries(parsed.options) };
}

const wrong = (...argv: string[]) => {
  const parsed = read(...argv);
  return parsed.kind === "wrong" ? parsed.message : parsed.kind;
};

describe("argument grammar (contract 4)", () => {
  it("takes global options anywhere", () => {
    for (const argv of [
      ["--profile", "work", "msg", "typing", "1"],
      ["msg", "--profile=work", "typing", "1"],
      ["msg", "typing", "1", "-p", "work"],
      ["-pwork", "msg", "typing", "1"],
    ]) {
      expect(profileOf(...argv)).toBe("work");
      expect(run(...argv)).toEqual({ path: "msg typing", args: ["1"], options: {} });
    }
  });

  it("gives -p to the profile even after listen, although help shows it for --prefix", () => {
    expect(profileOf("listen", "-p", "work")).toBe("work");
    expect(run("listen", "-p", "work").options).toEqual({});
    expect(run("listen", "--prefix", "!").options).toEqual({ prefix: "!" });
    expect(helpText(openzca, ["listen"])).toContain("-p, --prefix <prefix>");
  });

  it("ends options at --, also for texts that look like options", () => {
    for (const text of ["-p foo", "--profile=x", "- mục một", "--group", "--help", "--"]) {
      expect(run("--profile", "work", "msg", "send", "--group", "--", "7044519283300761122", text)).toEqual({
        path: "msg send",
        args: ["7044519283300761122", text],
        options: { group: true },
      });
      expect(run("msg", "send", "--", "1", text).args).toEqual(["1", text]);
    }
  });

  it("carries any text unchanged behind --", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.boolean(), (text, group) => {
        const flags = group ? ["-g"] : [];
        expect(run("--profile", "work", "msg", "send", ...flags, "--", "5120034498771203345", text).args).toEqual([
          "5120034498771203345",
          text,
        ]);
      }),
    );
  });

  it("refuses a leading dash without --", () => {
    expect(wrong("msg", "send", "1", "- item")).toBe("unknown option '- item'");
    expect(wrong("msg", "send", "1", "--group")).toBe("missing required argument 'message'");
  });

  it("lets an option's own value start with a dash", () => {
    expect(run("msg", "image", "1", "a.jpg", "-m", "- ảnh").options).toEqual({ message: "- ảnh" });
  });

  it.each([
    [["msg", "send", "1", "a", "b"], "too many arguments for 'send'. Expected 2 arguments but got 3."],
    [["msg", "send", "1"], "missing required argument 'message'"],
    [["group", "info", "1", "2"], "too many arguments for 'info'. Expected 1 argument but got 2."],
    [["x"], "unknown command 'x'"],
    [["msg", "shout"], "unknown command 'shout'"],
    [["msg", "voice", "1", "a.aac", "-m", "x"], "unknown option '-m'"],
    [["me", "id", "-j"], "unknown option '-j'"],
    [["auth", "status", "--json"], "unknown option '--json'"],
    [["group", "info", "1", "-j"], "unknown option '-j'"],
    [["msg", "send", "1", "x", "-j"], "unknown option '-j'"],
    [["msg", "image", "1", "-m"], "option '-m, --message <caption>' argument missing"],
    [["--wat"], "unknown option '--wat'"],
  ])("refuses %j", (argv, message) => {
    expect(wrong(...argv)).toBe(message);
  });

  it("collects repeated options and splits combined letters", () => {
    expect(run("msg", "image", "1", "-u", "a", "-u", "b").options).toEqual({ url: ["a", "b"] });
    expect(run("listen", "-rk").options).toEqual({ raw: true, "keep-alive": true });
  });

  it("knows the aliases of 6.1 and 6.2", () => {
    expect(run("auth", "login-creds").path).toBe("auth login-cred");
    expect(run("account", "ls").path).toBe("account list");
    expect(run("account", "use", "a").path).toBe("account switch");
  });

  it("prints usage for nothing, and help for help (contract 4)", () => {
    expect(read()).toEqual({ kind: "help", path: [], asked: false });
    expect(read("msg")).toEqual({ kind: "help", path: ["msg"], asked: false });
    expect(read("msg", "send", "--help")).toEqual({ kind: "help", path: ["msg", "send"], asked: true });
    expect(read("-V")).toEqual({ kind: "version" });
  });
});

describe("help texts a wrapper looks for (contract 1)", () => {
  it("starts with openzca's usage line even as zca", () => {
    expect(helpText(openzca, []).split("\n")[0]).toBe("Usage: openzca [options] [command]");
    expect(helpText(openzca, [])).not.toContain("license");
  });

  it("shows the capabilities", () => {
    expect(helpText(openzca, ["listen"])).toContain("--supervised");
    expect(helpText(openzca, ["msg", "send"])).toMatch(/--raw[\s\S]*--reply-message/u);
    expect(helpText(openzca, ["auth", "login"])).toContain("--qr-path");
    expect(helpText(legacy, [])).toContain("license");
    expect(helpText(legacy, ["listen"])).not.toContain("--supervised");
  });
});
