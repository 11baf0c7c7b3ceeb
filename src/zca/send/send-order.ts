import PQueue, { type Queue, type QueueAddOptions } from "p-queue";

/** Answers go before messages nobody waits for, and both before "is typing". */
export type SendKind = "reply" | "proactive" | "typing";

const rank: Readonly<Record<SendKind, number>> = { reply: 2, proactive: 1, typing: 0 };

/** What the order needs to know of a waiting job. */
export interface SendPlace extends QueueAddOptions {
  readonly threadKey?: string;
  readonly kind?: SendKind;
  /** Of its first call; see `Pacing`. */
  readonly repeatKey?: string;
}

type Run = () => Promise<unknown>;
interface Waiting {
  readonly run: Run;
  readonly place: SendPlace;
}

export interface OrderedQueue {
  /** Runs one job at a time; paused until told to start. */
  readonly queue: PQueue<SendOrder, SendPlace>;
  /** The job that would start next; none while all that wait are held back. */
  readonly peek: () => SendPlace | undefined;
  /** The oldest job of each conversation, in no order; what stands behind it cannot start before it. */
  readonly heads: () => readonly SendPlace[];
}

/** `isHeld`: whether a job must not start yet. What stands behind it in its conversation waits with it, others pass. */
export function createOrderedQueue(isHeld: (place: SendPlace) => boolean = () => false): OrderedQueue {
  let order = new SendOrder();
  const watch = (made: SendOrder) => {
    order = made;
    order.isHeld = isHeld;
  };
  // p-queue makes its own instance; the subclass hands it to us, so that the next job can be looked at.
  class Watched extends SendOrder {
    constructor() {
      super();
      watch(this);
    }
  }
  const queue = new PQueue<SendOrder, SendPlace>({ concurrency: 1, autoStart: false, queueClass: Watched });
  return { queue, peek: () => order.peek(), heads: () => [...order.heads().values()] };
}

/**
 * The order p-queue takes its jobs in: by kind, but never out of order within a conversation. A message that stands
 * before an answer of its own conversation is carried along by it. A class because p-queue asks for one.
 */
class SendOrder implements Queue<Run, SendPlace> {
  isHeld: (place: SendPlace) => boolean = () => false;
  readonly #waiting: Waiting[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  enqueue(run: Run, place: SendPlace = {}): void {
    this.#waiting.push({ run, place });
  }

  dequeue(): Run | undefined {
    const index = this.#nextIndex();
    return index === undefined ? undefined : this.#waiting.splice(index, 1)[0]?.run;
  }

  /** The job `dequeue` would give now. */
  peek(): SendPlace | undefined {
    const index = this.#nextIndex();
    return index === undefined ? undefined : this.#waiting[index]?.place;
  }

  /** The oldest job of each conversation; "is typing" is not waited for. */
  heads(): ReadonlyMap<string, SendPlace> {
    const first = new Map<string, SendPlace>();
    for (const { place } of this.#waiting) {
      const thread = place.threadKey ?? "";
      if (place.kind !== "typing" && !first.has(thread)) first.set(thread, place);
    }
    return first;
  }

  filter(options: Readonly<Partial<SendPlace>>): Run[] {
    return this.#waiting.filter(({ place }) => place.kind === options.kind).map(({ run }) => run);
  }

  /** The order follows from kind and conversation alone. */
  setPriority(): void {
    throw new ReferenceError("A send keeps the place its kind and conversation give it.");
  }

  remove(job: string | Run): void {
    const index = this.#waiting.findIndex(({ run, place }) =>
      typeof job === "string" ? place.id === job : run === job,
    );
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  #nextIndex(): number | undefined {
    const carried = new Map<string, number>();
    const held = this.#heldConversations();
    let best: number | undefined;
    let bestRank = -1;
    // From the newest to the oldest, so that the oldest of equal rank wins.
    for (let index = this.#waiting.length - 1; index >= 0; index -= 1) {
      const place = this.#waiting[index]?.place;
      if (place === undefined) continue;
      const own = rank[place.kind ?? "proactive"];
      const thread = place.threadKey ?? "";
      const effective = own === rank.typing ? own : Math.max(own, carried.get(thread) ?? 0);
      if (own !== rank.typing) carried.set(thread, effective);
      if (effective < bestRank || held.has(thread)) continue;
      best = index;
      bestRank = effective;
    }
    return best;
  }

  #heldConversations(): ReadonlySet<string> {
    return new Set([...this.heads()].flatMap(([thread, place]) => (this.isHeld(place) ? [thread] : [])));
  }
}
