import { describe, expect, it } from 'vitest';
import { planOf } from './small-worlds.ts';

const plan = planOf('network-schemes');
const verdicts = new Map(plan.alternatives.map((one) => [one.name, one.judgement]));

function judgementAfter(environment: string, rule: string, action: string, scheme: string) {
  const changed = planOf(
    'network-schemes',
    `environments={"changed":{"use":"${environment}","rules":{"${rule}":${action}}}}`,
    'vary.environment=["changed"]',
    `vary.scheme=["${scheme}"]`,
  );
  return changed.alternatives[0]!.judgement;
}

describe('verdicts of the five schemes in the four environments', () => {
  const expected: Readonly<Record<string, readonly [string, string?]>> = {
    'machine-room-bgp/flannel-vxlan': ['allowed'],
    'machine-room-bgp/calico-bgp': ['allowed'],
    'machine-room-bgp/contiv-vlan': ['allowed'],
    'machine-room-bgp/openshift-sdn': ['allowed'],
    'machine-room-bgp/custom-static': ['allowed'],
    'machine-room-no-bgp/flannel-vxlan': ['allowed'],
    'machine-room-no-bgp/calico-bgp': ['refused', 'bgp-to-top-of-rack'],
    'machine-room-no-bgp/contiv-vlan': ['allowed'],
    'machine-room-no-bgp/openshift-sdn': ['allowed'],
    'machine-room-no-bgp/custom-static': ['allowed'],
    'aws-like-vpc/flannel-vxlan': ['allowed'],
    'aws-like-vpc/calico-bgp': ['restricted', 'unknown-source-ip'],
    'aws-like-vpc/contiv-vlan': ['refused', 'vlan-tags'],
    'aws-like-vpc/openshift-sdn': ['allowed'],
    'aws-like-vpc/custom-static': ['refused', 'route-quota'],
    'azure-like-vpc/flannel-vxlan': ['allowed'],
    'azure-like-vpc/calico-bgp': ['refused', 'unknown-source-ip'],
    'azure-like-vpc/contiv-vlan': ['refused', 'vlan-tags'],
    'azure-like-vpc/openshift-sdn': ['allowed'],
    'azure-like-vpc/custom-static': ['refused', 'route-quota'],
  };

  it.each(Object.entries(expected))('%s', (name, [verdict, rule]) => {
    const judgement = verdicts.get(name)!;
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.because[0]?.rule).toBe(rule);
  });

  it('names rule, hop and header of every refusal, and the condition of every restriction', () => {
    for (const { verdict, because } of verdicts.values()) {
      if (verdict === 'allowed') expect(because).toEqual([]);
      for (const reason of because) {
        expect(reason.hop).not.toBe('');
        expect(reason.header).not.toBe('');
        if (verdict === 'restricted') expect(reason.condition).toContain('source/destination check');
      }
    }
  });

  it('says that Calico in the AWS-like VPC stays inside a subnet', () => {
    const conditions = verdicts.get('aws-like-vpc/calico-bgp')!.because.map((reason) => reason.condition);
    expect(conditions.join()).toContain('one subnet');
  });
});

describe('flipping one rule of an environment flips the verdict', () => {
  const flips: readonly (readonly [string, string, string, string, string, string?])[] = [
    ['machine-room-no-bgp', 'bgp-to-top-of-rack', '"pass"', 'calico-bgp', 'allowed'],
    ['machine-room-bgp', 'bgp-to-top-of-rack', '"drop"', 'calico-bgp', 'refused', 'bgp-to-top-of-rack'],
    ['machine-room-bgp', 'udp-ports', '"drop"', 'flannel-vxlan', 'refused', 'udp-ports'],
    ['machine-room-bgp', 'vlan-tags', '"drop"', 'contiv-vlan', 'refused', 'vlan-tags'],
    ['machine-room-bgp', 'broadcast', '"drop"', 'contiv-vlan', 'refused', 'broadcast'],
    ['machine-room-bgp', 'unknown-mac', '"drop"', 'contiv-vlan', 'refused', 'unknown-mac'],
    ['machine-room-bgp', 'addresses-per-interface', '100', 'contiv-vlan', 'refused', 'addresses-per-interface'],
    ['machine-room-bgp', 'static-routes', '"drop"', 'custom-static', 'refused', 'static-routes'],
    ['machine-room-bgp', 'route-quota', '1522', 'custom-static', 'refused', 'route-quota'],
    ['machine-room-bgp', 'unknown-source-ip', '"drop"', 'calico-bgp', 'refused', 'unknown-source-ip'],
    ['aws-like-vpc', 'unknown-source-ip', '"drop"', 'calico-bgp', 'refused', 'unknown-source-ip'],
    ['aws-like-vpc', 'route-quota', '1523', 'custom-static', 'restricted', 'unknown-source-ip'],
    ['azure-like-vpc', 'route-quota', '1523', 'custom-static', 'restricted', 'unknown-source-ip'],
  ];

  it.each(flips)('%s with %s: %s makes %s %s', (environment, rule, action, scheme, verdict, named) => {
    const judgement = judgementAfter(environment!, rule!, action!, scheme!);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.because[0]?.rule).toBe(named);
  });

  it('leaves schemes alone that the rule does not touch', () => {
    for (const scheme of ['flannel-vxlan', 'openshift-sdn', 'custom-static'])
      expect(judgementAfter('machine-room-bgp', 'vlan-tags', '"drop"', scheme).verdict).toBe('allowed');
  });
});

describe('what must change', () => {
  it('counts sessions, routes and ports with the cluster', () => {
    const changes = (name: string) => verdicts.get(name)!.changes.map((item) => item.count);
    expect(changes('machine-room-bgp/calico-bgp')).toEqual([1523, 1523]);
    expect(changes('aws-like-vpc/calico-bgp')[0]).toBe((1523 * 1522) / 2);
    // One VLAN over all racks, a trunk for each node, an address for each pod.
    expect(changes('machine-room-bgp/contiv-vlan')).toEqual([1, 1523, 8152]);
    const [first] = verdicts.get('machine-room-bgp/contiv-vlan')!.changes;
    expect(first!.words).toBe('VLANs that must be stretched over all racks');
  });
});
