/**
 * The images of one living cluster: what its nodes have, and what its registry sends them over the fabric.
 *
 * The registry stands outside, at the spines: a layer takes the registry's own line, a link from a spine to the rack, and the node's. Left
 * out: processor time of the node that receives, and of the registry.
 */
import { NONE } from '../../../models/cluster/pod-table.ts';
import {
  type ImageDisk,
  ImagePulls,
  PULL_DEFAULTS,
  type PullFailure,
  type PullResult,
} from '../../../models/images/image-pulls.ts';
import { tcpPayloadBytes } from '../../../models/machine/data-path.ts';
import { PATH_LINKS_MAX } from '../../../models/network/fabric.ts';
import { WIRE_FRAMING_BYTES } from '../../../models/network/frames.ts';
import { formatTime } from '../../../sim/engine/sim-time.ts';
import type { DiskFile, ImagesFile } from '../../document/image-schema.ts';
import type { LivingGround } from './cluster-life.ts';
import type { ClusterMarks } from './cluster-marks.ts';
import type { ClusterPlace } from './cluster-place.ts';
import type { FlowUse } from './living-flows.ts';

const FAILURES: Readonly<Record<PullFailure, string>> = {
  unanswered: 'the registry does not answer',
  'no-space': 'no space left on the disk',
};

/** What pulls touch beside the run. */
export interface ImageParts {
  readonly ground: LivingGround;
  readonly place: ClusterPlace;
  readonly file: ImagesFile;
  readonly marks: () => ClusterMarks;
  /** Whether anybody outside hears the node. */
  readonly isHeard: (node: number) => boolean;
}

/** Images of one cluster. */
export class ClusterImages {
  readonly pulls: ImagePulls;
  readonly #parts: ImageParts;
  readonly #registry: number;
  readonly #grown: ((node: number) => void)[] = [];
  #away = false;

  constructor(parts: ImageParts) {
    this.#parts = parts;
    const { ground, place, file } = parts;
    const { sim, flows, plan } = ground;
    this.#registry = flows.addResource(file.registry / 8);
    this.pulls = new ImagePulls({
      sim,
      nodes: place.nodes.length,
      catalog: plan.images,
      settings: {
        ...PULL_DEFAULTS,
        layersAtOnce: file.layersAtOnce,
        ...(file.unpack === undefined ? {} : { unpackBytesPerSec: file.unpack / 8 }),
      },
      carrier: {
        send: (node, layer, bytes, done) => flows.start(bytes, () => this.#usesOf(node, layer), done),
        hold: (flow, held) => flows.hold(flow, held),
        stop: (flow) => flows.stop(flow),
      },
      ...(file.disk === undefined ? {} : { disk: this.#diskOf(file.disk) }),
      over: (result) => this.#over(result),
    });
    this.#preload();
    const leaves = sim.kind('registry answers no more', () => this.setAway(true));
    const returns = sim.kind('registry answers again', () => this.setAway(false));
    for (const { at, for: lastsNs } of file.away) {
      sim.at(at, leaves);
      sim.at(at + lastsNs, returns);
    }
  }

  /** From now on this one hears when something has come to the disk of a node. */
  followDisks(grown: (node: number) => void): void {
    this.#grown.push(grown);
  }

  #diskOf({ size, otherUse, expansion }: DiskFile): ImageDisk {
    return {
      bytes: size - otherUse,
      expansion,
      grown: (node) => {
        for (const hears of this.#grown) hears(node);
      },
    };
  }

  /** The registry does not answer any more, or does again. */
  setAway(away: boolean): void {
    this.#away = away;
    this.#parts.place.nodes.forEach((_, node) => {
      this.reachChanged(node);
    });
  }

  /** The node is cut off, or heard again. */
  reachChanged(node: number): void {
    this.pulls.setReachable(node, !this.#away && this.#parts.isHeard(node));
  }

  #preload(): void {
    const { ground, place } = this.#parts;
    for (const { file, versions } of ground.plan.workloads) {
      if (file.image?.there !== true) continue;
      // What is there when the run begins is the first version.
      const [image] = ground.plan.versions[versions[0]!]!.runtime.images;
      for (const node of place.nodes.keys()) if (!place.spare.has(node)) this.pulls.preload(node, image!);
    }
  }

  #usesOf(node: number, layer: number): readonly FlowUse[] {
    const { ground, place } = this.#parts;
    const { fabric } = ground.flows;
    const { underlayMtu } = ground.alternative.environment;
    const at = place.firstNode + node;
    const weight = (underlayMtu + WIRE_FRAMING_BYTES) / tcpPayloadBytes(underlayMtu);
    const links = new Int32Array(PATH_LINKS_MAX);
    const count = fabric.path(NONE, at, at + layer, links);
    return [
      { resource: this.#registry, weight },
      ...Array.from(links.subarray(0, count), (link) => ({ resource: fabric.resourceOf[link]!, weight })),
    ];
  }

  #over({ node, image, pulled, why, bytes, tookNs }: PullResult): void {
    const { ground, marks } = this.#parts;
    const { name } = ground.plan.images.images[image]!;
    ground.tally.pulled(pulled, bytes, tookNs);
    if (pulled && bytes > 0)
      marks().node('image-pulled', node, `${name}: ${Math.round(bytes / 1e6)} MB in ${formatTime(tookNs)}`);
    else if (!pulled) marks().node('image-pull-failed', node, `${name}: ${FAILURES[why ?? 'unanswered']}`);
  }
}
