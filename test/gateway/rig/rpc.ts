import { GatewayClient } from "openclaw/plugin-sdk/gateway-runtime";

export interface Rpc {
  request(method: string, params: object): Promise<unknown>;
  close(): Promise<void>;
}

export interface RpcOptions {
  readonly port: number;
  readonly token: string;
  readonly env: NodeJS.ProcessEnv;
  /** The connection is gone; the next call needs a new one. */
  readonly onClose: () => void;
}

/** What `openclaw gateway call` asks over a process of its own, which takes seconds of a processor for each question. */
export async function connectRpc({ port, token, env, onClose }: RpcOptions): Promise<Rpc> {
  const connected = Promise.withResolvers<void>();
  const client = new GatewayClient({
    url: `ws://127.0.0.1:${port}`,
    token,
    env,
    clientName: "gateway-client",
    mode: "backend",
    role: "operator",
    scopes: ["operator.admin", "operator.read", "operator.write", "operator.pairing", "operator.approvals"],
    deviceIdentity: null,
    sharedStateMode: "read-only",
    onHelloOk: () => connected.resolve(),
    onConnectError: connected.reject,
    onClose(code, reason) {
      connected.reject(new Error(`The gateway closed the connection (${code} ${reason}).`));
      // By itself it would connect again and again.
      client.stop();
      onClose();
    },
  });
  client.start();
  try {
    await connected.promise;
  } catch (error) {
    await client.stopAndWait();
    throw error;
  }
  return {
    request: (method, params) => client.request(method, params, { timeoutMs: 60_000 }),
    close: () => client.stopAndWait(),
  };
}
