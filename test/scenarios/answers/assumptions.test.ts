/** What an answer rests on: variants tell what their own manifests lost, and not what the scenario as written said already. */
import { describe, expect, it } from 'vitest';
import { CONTROL_PLANES } from '../../../models/network/control-plane/profiles.ts';
import { assumptionsOf } from '../../../scenarios/answers/assumptions.ts';
import { planOf } from '../compile/small-worlds.ts';

const refusals = (...overrides: string[]): string[] =>
  assumptionsOf(planOf('quotas-and-priority', ...overrides)).filter((sentence) => sentence.includes('is forbidden'));

describe('control planes', () => {
  const told = (...overrides: string[]): string[] =>
    assumptionsOf(planOf('controller-away', ...overrides)).filter((sentence) => sentence.startsWith('Nodes are told'));

  it('are told with every figure that no source gives, and why it was chosen', () => {
    const sentences = told();
    expect(sentences).toHaveLength(4);
    expect(sentences[0]).toMatch(/by the Kubernetes API under Flannel VXLAN \(Kubernetes/);
    for (const { assumed, title } of [CONTROL_PLANES.kubernetes, CONTROL_PLANES.ovn, CONTROL_PLANES.contiv])
      for (const { because } of assumed)
        expect(sentences.find((sentence) => sentence.includes(title))).toContain(`(${because})`);
    expect(sentences.find((sentence) => sentence.includes('OVN'))).toContain('10 ms and 5 ms a node');
    expect(assumptionsOf(planOf('dead-link')).filter((sentence) => sentence.startsWith('Nodes are told'))).toEqual([]);
  });

  it('tell what the scenario assumes in place of it', () => {
    const [first] = told('assume.controlPlane.copy=1ms', 'assume.controlPlane.workers=3');
    expect(first).toContain('3 workers of the server (set by this scenario)');
    expect(first).toContain('1 ms for a copy to a watcher');
    expect(told('assume.controlPlane.kind=flannel-etcd')).toHaveLength(1);
  });
});

describe('assumptions', () => {
  it('name the pods that a quota refuses in one variant only', () => {
    const found = refusals();
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(
      /^In the variant quota: 16 pods of Deployment games\/lobby were refused: pods "lobby-\S+" is forbidden: exceeded quota: limit, requested: requests\.cpu=1, used: requests\.cpu=20, limited: requests\.cpu=20$/,
    );
    expect(found[1]).toMatch(/^In the variant both: 16 pods /);
  });

  it('say once what holds in all variants', () => {
    const found = refusals('cluster.manifests.2.spec.hard={"requests.cpu":"20"}');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^16 pods of Deployment /);
  });

  it('tell of living services what holds for them, and nothing of the callers of flows', () => {
    const flows = /burn|Each end of a flow|Closed form|A caller waits/;
    const living = (...overrides: string[]) => assumptionsOf(planOf('rolling-update', ...overrides)).join('\n');
    expect(assumptionsOf(planOf('dead-link')).join('\n').match(new RegExp(flows, 'g'))).toHaveLength(4);
    expect(living()).not.toMatch(flows);
    expect(living()).toContain('images are there already');
    expect(living()).toContain('shares no links');
    expect(living('load.flowsFrom=1MiB')).toContain('these are flows and share links');
    const image = 'workloads.shop.image={ layers: [{ name: base, size: 100MiB }] }';
    expect(living('images.registry=1Gbps', image)).not.toContain('images are there already');
  });
});
