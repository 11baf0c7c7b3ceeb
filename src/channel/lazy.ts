import { createLazyRuntimeModule } from "openclaw/plugin-sdk/lazy-runtime";

/**
 * The only dynamic imports: what starts processes, or needs the large host modules, loads when it is first used. Listing
 * channels, status and setup stay light.
 */
export const outboundModule = createLazyRuntimeModule(() => import("./outbound/adapter.js"));
export const reconcileModule = createLazyRuntimeModule(() => import("./outbound/reconcile.js"));
export const startModule = createLazyRuntimeModule(() => import("./operate/start-account.js"));
export const sessionRouteModule = createLazyRuntimeModule(() => import("./session-route.js"));
export const sendersModule = createLazyRuntimeModule(() => import("./outbound/senders.js"));
export const directoryModule = createLazyRuntimeModule(() => import("./operate/directory.js"));
export const pauseModule = createLazyRuntimeModule(() => import("./paused/requests.js"));
export const chatCommandModule = createLazyRuntimeModule(() => import("./paused/run-chat-command.js"));
export const explainModule = createLazyRuntimeModule(() => import("./operate/explain.js"));
export const deadLettersModule = createLazyRuntimeModule(() => import("./operate/dead-letters.js"));
export const inspectModule = createLazyRuntimeModule(() => import("./operate/inspect.js"));
export const terminalLoginModule = createLazyRuntimeModule(() => import("./login/terminal.js"));
export const hostedLoginModule = createLazyRuntimeModule(() => import("./login/hosted.js"));
export const pageLoginModule = createLazyRuntimeModule(() => import("./login/page.js"));
export const webLoginModule = createLazyRuntimeModule(() => import("./login/web.js"));
export const logoutModule = createLazyRuntimeModule(() => import("./login/logout.js"));
export const actionsModule = createLazyRuntimeModule(() => import("./actions/handle.js"));
export const agentToolModule = createLazyRuntimeModule(() => import("./actions/run-agent-tool.js"));
export const notifyModule = createLazyRuntimeModule(() => import("./outbound/notify.js"));
export const setupModule = createLazyRuntimeModule(() => import("./setup/index.js"));
export const doctorModule = createLazyRuntimeModule(() => import("./doctor/index.js"));
