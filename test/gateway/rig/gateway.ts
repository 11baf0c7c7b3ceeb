import { isAlive } from "./processes.ts";
import { startProgram, type RunningProgram } from "./program.ts";
import { connectRpc, type Rpc } from "./rpc.ts";
import { waitFor } from "./wait.ts";

export interface GatewayDeps {
  readonly openclaw: string;
  readonly port: number;
  readonly cwd: string;
  readonly environment: () => NodeJS.ProcessEnv;
  readonly token: string;
}

export interface Gateway {
  /** Milliseconds until `/readyz` answered. */
  start(options?: { onOutput?: (text: string) => void; timeoutMs?: number; inspect?: boolean }): Promise<number>;
  /** SIGTERM, then waits; returns the milliseconds it took. Fails when it does not end by itself. */
  stop(options?: { timeoutMs?: number }): Promise<number>;
  /** SIGKILL: no handler of anybody runs. */
  kill(): Promise<void>;
  /** What `openclaw gateway call` would answer. */
  call(method: string, params?: object): Promise<unknown>;
  pid(): number | undefined;
  /** Settles when the process that runs now has ended, whoever ended it; at once when none does. */
  ended(): Promise<void>;
  /** Where the inspector of the running process listens, when it was started with one. */
  inspectorUrl(): string | undefined;
  /** What all gateway processes of this host have printed so far. */
  output(): string;
}

/** One gateway process of one host; it can be started again after it ended. */
export function createGateway({ openclaw, port, cwd, environment, token }: GatewayDeps): Gateway {
  let running: RunningProgram | undefined;
  let earlier = "";
  let rpc: Promise<Rpc> | undefined;
  const output = () => earlier + (running?.text() ?? "");

  const end = async (signal: NodeJS.Signals, timeoutMs: number): Promise<number> => {
    const program = running;
    if (!program) throw new Error("No gateway is running.");
    const startedAt = performance.now();
    await (await rpc?.catch(() => undefined))?.close();
    rpc = undefined;
    program.kill(signal);
    await waitFor(`the gateway to end after ${signal}`, async () => !(await isAlive(program.pid)), {
      timeoutMs,
      explain: () => tail(output()),
    });
    earlier += program.text();
    running = undefined;
    return Math.round(performance.now() - startedAt);
  };

  const connection = (): Promise<Rpc> => {
    if (rpc) return rpc;
    const forget = () => void (rpc = undefined);
    rpc = connectRpc({ port, token, env: environment(), onClose: forget });
    rpc.catch(forget);
    return rpc;
  };

  return {
    async start({ onOutput, timeoutMs = 120_000, inspect = false } = {}) {
      if (running) throw new Error("The gateway is running already.");
      const startedAt = performance.now();
      const inspector = inspect ? ["--inspect=127.0.0.1:0"] : [];
      running = startProgram(process.execPath, [...inspector, openclaw, "gateway", "run"], {
        env: environment(),
        cwd,
        timeoutMs: Number.POSITIVE_INFINITY,
        ...(onOutput ? { onOutput } : {}),
      });
      const { pid } = running;
      await waitFor(
        "the gateway to be ready",
        async () => {
          if (!(await isAlive(pid))) throw new Error(`The gateway ended while starting.\n${tail(output())}`);
          return isReady(port);
        },
        { timeoutMs, explain: () => tail(output()) },
      );
      return Math.round(performance.now() - startedAt);
    },
    stop: ({ timeoutMs = 20_000 } = {}) => end("SIGTERM", timeoutMs),
    kill: async () => void (await end("SIGKILL", 5000)),
    async call(method, params = {}) {
      try {
        return await (await connection()).request(method, params);
      } catch (error) {
        throw new Error(`gateway call ${method} failed: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    },
    pid: () => running?.pid,
    ended: async () => void (await running?.exited.catch(() => undefined)),
    inspectorUrl: () => /^Debugger listening on (ws:\S+)$/mu.exec(running?.text() ?? "")?.[1],
    output,
  };
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) });
    return answer.ok;
  } catch {
    return false;
  }
}

function tail(text: string): string {
  return text.split("\n").slice(-40).join("\n");
}
