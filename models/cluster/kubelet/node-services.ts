/**
 * What kubelets ask of the rest of the world: images and network.
 *
 * Source: the kubelet's calls to the container runtime and to CNI (ADD, DEL). Leaves out: CHECK, volumes.
 */

/** What a kubelet asks of the rest of the world. Each answer may come at once or later; `done` must be called once. */
export interface NodeServices {
  /** Sees that an image is on the node. */
  pull(node: number, image: number, done: (pulled: boolean) => void): void;
  /** Gives the pod its network. */
  attach(node: number, pod: number, done: (attached: boolean) => void): void;
  /** Takes it back. */
  detach(node: number, pod: number): void;
}

/** Everything is there already. */
export const READY_SERVICES: NodeServices = {
  pull: (_node, _image, done) => done(true),
  attach: (_node, _pod, done) => done(true),
  detach: () => {},
};
