/** Every delay and limit of the supervisor, in milliseconds unless the name says otherwise. */
export interface SupervisorSettings {
  /** Ceiling of the first retry after a crash or a dropped connection; each further failure doubles it. */
  readonly retryFirstMs: number;
  readonly retryCapMs: number;
  /** A connection that lasted this long forgives the failures before it. */
  readonly healthyMs: number;
  /** Bounds of the first retry after an eviction or a kick. */
  readonly slowFirstMinMs: number;
  readonly slowFirstMaxMs: number;
  /** Bounds of every later one. */
  readonly slowNextMinMs: number;
  readonly slowNextMaxMs: number;
  /** At most this many tries of an account in trouble within `slowWindowMs`. */
  readonly slowTries: number;
  readonly slowWindowMs: number;
  /** At most this many starts of any kind within `slowWindowMs`, over restarts of the gateway too. */
  readonly startCeiling: number;
  /** After this many starts in a row that never connected the slow schedule holds. */
  readonly quickStarts: number;
  /** Waits while another process holds the profile; the last one repeats. */
  readonly lockRetriesMs: readonly number[];
  /** How often an unusable binary is looked at on the file system. */
  readonly lookEveryMs: number;
  /** Whether this listener reports its life (connected, heartbeat); without it silence proves nothing. */
  readonly supervised: boolean;
  readonly heartbeatMs: number;
  readonly silentIntervals: number;
  /** A supervised listener that has not connected by then is restarted. Below the 120 s the host's health monitor waits. */
  readonly connectTimeoutMs: number;
  /** One that is not supervised counts as connected after this long, or with its first line. */
  readonly presumeConnectedMs: number;
  /** Age at which a connection is renewed at the next idle moment; 0 switches renewal off. */
  readonly recycleMs: number;
  readonly recycleIdleMs: number;
  /** Renewed without an idle moment this long after `recycleMs`. */
  readonly recycleForceMs: number;
  /** A started listener is asked to stop, then killed after this long. */
  readonly stopGraceMs: number;
  /** A start that waits longer than this for its turn at the login gate is told as such. */
  readonly queuePatienceMs: number;
  /** The machine-wide login gate is given back after this long even without a connection. */
  readonly gateHoldMs: number;
}

export const defaultSupervisorSettings: SupervisorSettings = {
  retryFirstMs: 900,
  retryCapMs: 60_000,
  healthyMs: 90_000,
  slowFirstMinMs: 20_000,
  slowFirstMaxMs: 55_000,
  slowNextMinMs: 15 * 60_000,
  slowNextMaxMs: 25 * 60_000,
  slowTries: 3,
  slowWindowMs: 60 * 60_000,
  startCeiling: 30,
  quickStarts: 6,
  lockRetriesMs: [2_000, 4_000, 8_000, 60_000, 120_000, 300_000],
  lookEveryMs: 60_000,
  supervised: true,
  heartbeatMs: 30_000,
  silentIntervals: 3,
  connectTimeoutMs: 110_000,
  presumeConnectedMs: 15_000,
  recycleMs: 30 * 60_000,
  recycleIdleMs: 5_000,
  recycleForceMs: 5 * 60_000,
  stopGraceMs: 2_000,
  queuePatienceMs: 60_000,
  gateHoldMs: 20_000,
};
