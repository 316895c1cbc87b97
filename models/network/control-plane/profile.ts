/**
 * How one kind of control plane gets forwarding entries to nodes: what its server, relays and agents take for each step.
 *
 * Source: each profile of profiles.ts names its own. The steps are those of every list-and-watch: a change is written
 * (committed), the server copies it to all that watch, relays copy it on, and each agent writes it into its kernel.
 * Leaves out: filters of single watchers (everyone is told everything), messages that are lost, priorities among requests.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** A figure of a profile that no source gives: what it is for people, and how it was chosen. */
export interface AssumedFigure {
  /** The member of the profile. */
  readonly member: keyof ControlPlaneProfile;
  /** Why this value: one phrase. */
  readonly because: string;
}

/** When a watcher that lost its server tries again: pauses that grow from one try to the next. */
export interface ReconnectPauses {
  readonly firstNs: TimeNs;
  readonly factor: number;
  readonly longestNs: TimeNs;
  /** Each pause is drawn between itself and itself times (1 + jitter). */
  readonly jitter: number;
}

/** A pass of a controller over all its changes, such as that of ovn-northd, before agents hear of any. */
export interface CompilePass {
  /** Length of a pass without what follows. */
  readonly baseNs: TimeNs;
  /** More for each node of the cluster. */
  readonly nodeNs: TimeNs;
  /** Rest between two passes. */
  readonly restNs: TimeNs;
}

/** Keys that vanish from the store when nobody renews them. */
export interface Lease {
  readonly ttlNs: TimeNs;
  /** From one renewal to the next. */
  readonly renewalNs: TimeNs;
}

/** One kind of control plane with its figures. */
export interface ControlPlaneProfile {
  /** For people: "the Kubernetes API". */
  readonly title: string;
  /** From the change to its being written: the store's own time and the way there. */
  readonly commitNs: TimeNs;
  /** A controller that turns changes into what agents read; absent: they read the change itself. */
  readonly compile?: CompilePass;
  /** Workers of the server that copy at once; each has its share of the watchers. */
  readonly workers: number;
  /** Processor time of the server for one copy to one watcher. */
  readonly copyNs: TimeNs;
  /** Processor time of the server for one object of a full list. */
  readonly listObjectNs: TimeNs;
  /** Size of one object on the wire. */
  readonly objectBytes: number;
  /** Nodes that one relay serves, at most; absent: agents watch the server itself. */
  readonly nodesPerRelay?: number;
  /** Fewest relays. */
  readonly relaysMin?: number;
  /** Time of a relay for one copy. */
  readonly relayCopyNs?: TimeNs;
  /** Time of an agent for each batch of changes. */
  readonly batchNs: TimeNs;
  /** Time of an agent for one changed entry: what it writes into the kernel. */
  readonly entryNs: TimeNs;
  /** Time of an agent for one object of a full list that it reads and compares. */
  readonly compareNs: TimeNs;
  /** Rest of an agent between two batches. */
  readonly restNs: TimeNs;
  readonly reconnect: ReconnectPauses;
  readonly lease?: Lease;
  /**
   * After this time without the server switches fall back to learning and drop what it had programmed; absent: they
   * keep it for as long as it takes.
   */
  readonly forgetAfterNs?: TimeNs;
  /** Where the figures are from. */
  readonly source: string;
  /** Figures that no source gives. */
  readonly assumed: readonly AssumedFigure[];
}
