/**
 * What one settlement has changed: resources whose level was set, and flows whose bottleneck may be another one now.
 *
 * The solvers write the lists; `FlowProgress` reads them. A flow whose bottleneck stays is not listed, however much the
 * level of that bottleneck moved: most flows are of that kind.
 */

import type { FlowId, ResourceId } from './flow-table.ts';
import { grownInt32, grownUint8 } from './growth.ts';

/** Two lists without duplicates, emptied by each settlement. */
export class LevelChanges {
  /** Resources whose level may differ from their pace. */
  resources = new Int32Array(16);
  /** Entries of `resources` that count. */
  resourceCount = 0;
  /** Flows that may have to change their bottleneck. */
  flows = new Int32Array(16);
  /** Entries of `flows` that count. */
  flowCount = 0;

  private markedResources = new Uint8Array(16);
  private markedFlows = new Uint8Array(16);

  /** Notes a resource whose level was set. */
  addResource(resource: ResourceId): void {
    if (resource >= this.markedResources.length) {
      this.markedResources = grownUint8(this.markedResources, resource + 1);
      this.resources = grownInt32(this.resources, this.markedResources.length);
    }
    if (this.markedResources[resource] === 1) return;
    this.markedResources[resource] = 1;
    this.resources[this.resourceCount++] = resource;
  }

  /** Notes a flow that may have another bottleneck. */
  addFlow(flow: FlowId): void {
    if (flow >= this.markedFlows.length) {
      this.markedFlows = grownUint8(this.markedFlows, flow + 1);
      this.flows = grownInt32(this.flows, this.markedFlows.length);
    }
    if (this.markedFlows[flow] === 1) return;
    this.markedFlows[flow] = 1;
    this.flows[this.flowCount++] = flow;
  }

  /** Forgets everything, after the flows were told. */
  clear(): void {
    for (let i = 0; i < this.resourceCount; i++) this.markedResources[this.resources[i]] = 0;
    for (let i = 0; i < this.flowCount; i++) this.markedFlows[this.flows[i]] = 0;
    this.resourceCount = 0;
    this.flowCount = 0;
  }
}
