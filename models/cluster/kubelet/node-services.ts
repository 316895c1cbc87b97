/**
 * What kubelets ask of the rest of the world: images and network.
 *
 * Source: the kubelet's calls to the container runtime and to CNI (ADD, DEL). Leaves out: CHECK, volumes.
 */

/** What a kubelet asks of the rest of the world. Each answer may come at once or later; `done` must be called once. */
export interface NodeServices {
  /** Whether the image is there and nobody need be asked; where it is left out, every image is pulled. */
  has?(node: number, image: number): boolean;
  /** Sees that an image is on the node. A node that dies takes its pulls along: nothing is called then. */
  pull(node: number, image: number, done: (pulled: boolean) => void): void;
  /** The image is on the node from now on, without a pull; where it is left out, that is a matter of course. */
  keep?(node: number, image: number): void;
  /** Gives the pod its network. */
  attach(node: number, pod: number, done: (attached: boolean) => void): void;
  /** Takes it back. */
  detach(node: number, pod: number): void;
  /** The node has lost its power. */
  died?(node: number): void;
}

/** Everything is there already. */
export const READY_SERVICES: NodeServices = {
  pull: (_node, _image, done) => done(true),
  attach: (_node, _pod, done) => done(true),
  detach: () => {},
};
