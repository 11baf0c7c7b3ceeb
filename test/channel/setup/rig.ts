import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { createWorld, zcaPath, type World } from "../../../sim/control.ts";
import type { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { setupPlugin } from "../../../src/channel/setup-plugin.ts";
import { setupWizard } from "../../../src/channel/setup/wizard.ts";

export type HostConfig = Parameters<typeof resolveAccount>[0];
type Setup = Parameters<typeof setupWizard.configure>[0];
type Prompter = Setup["prompter"];

/** A question of the wizard and what the person answers; a function may look at what is asked first. */
export type Answer = readonly [question: RegExp, answer: unknown];

export interface SetupRig {
  readonly world: World;
  readonly uid: string;
  readonly folder: string;
  /** Everything shown: notes, questions with their options, and what the plugin logged. */
  readonly shown: string[];
  /** Answers the questions in order; anything else asked, or left unasked, fails. */
  configure(
    cfg: HostConfig,
    answers: readonly Answer[],
    options?: Partial<Setup>,
  ): ReturnType<typeof setupWizard.configure>;
  /** `openclaw channels add` with flags, as the host runs it. */
  addByFlags(cfg: HostConfig, accountId: string | undefined, flags: object): Promise<HostConfig | string>;
  /** The person goes away; the host refuses what is asked in a line of text from now on. */
  leave(): void;
  /** The calls of zca so far, without the handshake. */
  calls(): string[];
  dispose(): void;
}

export function createSetupRig(uid = "3300912847765512008"): SetupRig {
  const folder = mkdtempSync(path.join(tmpdir(), "zalouser-setup-"));
  const home = path.join(folder, "zca");
  mkdirSync(home);
  vi.stubEnv("OPENCLAW_STATE_DIR", path.join(folder, "state"));
  vi.stubEnv("OPENZCA_HOME", home);
  vi.stubEnv("HOME", folder);
  vi.stubEnv("ZCA_BINARY", zcaPath);
  const world = createWorld(home);
  world.addAccount({ uid, displayName: "Trợ lý Minh 🤖" });
  const shown: string[] = [];
  const person = { isGone: false };
  const runtime = {
    log: (text: string) => void shown.push(text),
    error: (text: string) => void shown.push(text),
    exit() {},
  };
  return {
    world,
    uid,
    folder,
    shown,
    leave: () => void (person.isGone = true),
    async configure(cfg, answers, options = {}) {
      const questions = [...answers];
      const result = await setupWizard.configure({
        cfg,
        runtime: runtime as Setup["runtime"],
        prompter: scripted(questions, shown, person),
        accountOverrides: {},
        shouldPromptAccountIds: false,
        forceAllowFrom: false,
        ...options,
      });
      if (questions.length > 0)
        throw new Error(`Never asked: ${questions.map(([question]) => String(question)).join(", ")}`);
      return result;
    },
    async addByFlags(cfg, accountId, flags) {
      const { setupContract: contract } = setupPlugin;
      if (contract === undefined) throw new Error("There is no setup contract.");
      const parsed = contract.parseInput(flags);
      if (!parsed.ok) return parsed.error;
      const id = contract.resolveAccountId?.({
        cfg,
        ...(accountId === undefined ? {} : { accountId }),
        input: parsed.value,
      });
      const at = { cfg, accountId: id ?? "default" };
      const input =
        (await contract.prepareAccountConfigInput?.({
          ...at,
          input: parsed.value,
          runtime: runtime as Setup["runtime"],
        })) ?? {};
      const problem = contract.validateInput?.({ ...at, input });
      if (problem) return problem;
      const next = contract.applyAccountConfig({ ...at, input });
      const written = {
        previousCfg: cfg,
        cfg: next,
        accountId: at.accountId,
        input,
        runtime: runtime as Setup["runtime"],
      };
      await contract.afterAccountConfigWritten?.(written);
      return next;
    },
    calls: () =>
      world.calls().flatMap(({ command }) => (command === undefined || handshake.has(command) ? [] : [command])),
    dispose() {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asked once per program and process, so only some tests see it. */
const handshake = new Set(["", "help", "--version"]);

function scripted(left: Answer[], shown: string[], person: { readonly isGone: boolean }): Prompter {
  const ask = async (message: string, details = ""): Promise<unknown> => {
    shown.push(`${message}${details}`);
    const [question, answer] = left[0] ?? [];
    if (question === undefined || !question.test(message)) throw new Error(`Unexpected question: ${message}`);
    left.shift();
    return typeof answer === "function" ? answer(message) : answer;
  };
  const optionsText = (options: readonly { readonly label: string; readonly hint?: string }[]) =>
    options.map(({ label, hint }) => `\n- ${label}${hint === undefined ? "" : ` (${hint})`}`).join("");
  // The answers are untyped on purpose: each test says what its person picks.
  return {
    intro: async () => {},
    outro: async () => {},
    note: async (message: string) => void shown.push(message),
    confirm: (params: Parameters<Prompter["confirm"]>[0]) => ask(params.message),
    select: (params: Parameters<Prompter["select"]>[0]) => ask(params.message, optionsText(params.options)),
    multiselect: (params: Parameters<Prompter["multiselect"]>[0]) => ask(params.message, optionsText(params.options)),
    async text(params: Parameters<Prompter["text"]>[0]) {
      if (person.isGone) throw new Error("The dialogue is not running.");
      params.signal?.throwIfAborted();
      const answer = String(await ask(params.message));
      const problem = params.validate?.(answer);
      if (problem === undefined) return answer;
      shown.push(problem);
      return prompterAgain(this as unknown as Prompter, params);
    },
    progress: () => ({ update() {}, stop() {} }),
  } as unknown as Prompter;
}

/** The terminal does not take an invalid answer either; it asks again. */
function prompterAgain(prompter: Prompter, params: Parameters<Prompter["text"]>[0]): Promise<string> {
  return prompter.text(params);
}
