/**
 * NodePorts: two pods of one node cannot hold the same port of it.
 *
 * Source: Kubernetes 1.34 `plugins/nodeports`, `framework.HostPortInfo`: ports clash when number and protocol are equal
 * and the addresses are equal or one of them is `0.0.0.0`. Leaves out: nothing.
 */
import type { HostPort } from '../../cluster/pod.ts';
import type { Plugin, PluginContext } from './plugin.ts';

const TAKEN = 1;

const EVERY_ADDRESS = '0.0.0.0';
const NO_PORTS: readonly HostPort[] = [];

/** Makes the plugin. */
export function nodePorts({ nodes, demands, ledger }: PluginContext): Plugin {
  /** Ports that pods of the node hold; a port may be there twice, when a decision was assumed against the rule. */
  const held: HostPort[][] = nodes.map(() => []);
  const portsOf = (shape: number): readonly HostPort[] => demands.shapes[shape].hostPorts ?? NO_PORTS;
  ledger.watch({
    moved(shape, node, sign): void {
      for (const port of portsOf(shape)) {
        if (sign > 0) held[node].push(port);
        else
          held[node].splice(
            held[node].findIndex((other) => isSame(other, port)),
            1,
          );
      }
    },
  });
  return {
    name: 'NodePorts',
    scope: 'shape',
    reasons: ["node(s) didn't have free ports for the requested pod ports"],

    skipsFilter: (pod: number): boolean => portsOf(demands.shapeOf[pod]).length === 0,

    filter(pod: number, node: number): number {
      const wanted = portsOf(demands.shapeOf[pod]);
      return wanted.some((port) => held[node].some((other) => clash(port, other))) ? TAKEN : 0;
    },
  };
}

function isSame(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && a.hostIp === b.hostIp;
}

function clash(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.hostIp === b.hostIp || a.hostIp === EVERY_ADDRESS || b.hostIp === EVERY_ADDRESS;
}
