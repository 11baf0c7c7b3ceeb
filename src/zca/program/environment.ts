/** A child's or parent's environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ChildEnvironmentOptions {
  /** Names the operator lists in `zcaEnv`. The profile and debug switches stay out even when listed. */
  readonly extraNames?: readonly string[];
  /** Values set last, over everything inherited. */
  readonly overrides?: Readonly<Record<string, string>>;
}

const inherited = new Set([
  "PATH",
  "HOME",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TMPDIR",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "all_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
]);

// The profile comes by flag only, so two accounts can never share one by accident; the debug log holds message text.
const withheld = /^(?:ZCA_PROFILE|OPENZCA_PROFILE|OPENZCA_DEBUG.*)$/;

const always = {
  NO_COLOR: "1",
  // On a headless machine the viewer is missing and its failed start crashes the login.
  OPENZCA_QR_AUTO_OPEN: "0",
  // A retry after a lost answer sends twice.
  OPENZCA_SEND_RETRY_COUNT: "0",
};

/** For `listen`: the program's own downloader follows any URL a stranger sends, so it is starved of time and room. */
export const listenOverrides: Readonly<Record<string, string>> = {
  OPENZCA_LISTEN_MEDIA_FETCH_TIMEOUT_MS: "1",
  OPENZCA_LISTEN_MEDIA_MAX_BYTES: "1",
  OPENZCA_LISTEN_DOWNLOAD_QUOTE_MEDIA: "0",
  OPENZCA_LISTEN_INCLUDE_QUOTE_CONTEXT: "0",
  // Silence is judged by the beat we asked for, whatever the gateway's environment says.
  OPENZCA_LISTEN_HEARTBEAT_MS: "30000",
};

/** The listed environment of a `zca` child: what it needs to run, and no secret of the process that starts it. */
export function childEnvironment(parent: Environment, options: ChildEnvironmentOptions = {}): Record<string, string> {
  const extra = new Set(options.extraNames);
  const passes = (name: string): boolean => {
    if (withheld.test(name)) return false;
    return inherited.has(name) || name.startsWith("LC_") || name.startsWith("OPENZCA_") || extra.has(name);
  };
  const kept = Object.entries(parent).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && passes(entry[0]);
  });
  return { ...Object.fromEntries(kept), ...always, ...options.overrides };
}
