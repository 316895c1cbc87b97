import { describe, expect, it } from 'vitest';
import { WIRING_COLUMNS, wiringModel } from '../../../viz/report/wiring-model.ts';
import { sampleComparison } from '../compare/sample-results.ts';

describe('the wiring diagram', () => {
  const model = wiringModel(sampleComparison());

  it('has one path for each alternative, through one node of each column', () => {
    expect(model.paths).toHaveLength(20);
    for (const [column, nodes] of model.columns.entries()) {
      const through = nodes.flatMap(({ paths }) => [...paths]).sort((a, b) => a - b);
      expect(through, WIRING_COLUMNS[column]).toEqual(model.paths.map((_, index) => index));
    }
  });

  it('keeps known values in their order and appends unknown ones', () => {
    expect(model.columns[1]!.map(({ value }) => value)).toEqual(['2', '2+3', '3']);
    expect(model.columns[2]!.map(({ value }) => value)).toEqual(['underlay', 'overlay']);
    expect(model.columns[3]!.map(({ value }) => value)).toEqual(['none', 'VLAN', 'VXLAN', 'policy']);
    const sample = sampleComparison();
    const alternatives = sample.alternatives.map((one, index) =>
      index === 0 ? { ...one, wiring: { ...one.wiring, isolation: 'MACsec' } } : one,
    );
    expect(wiringModel({ ...sample, alternatives }).columns[3]!.at(-1)?.value).toBe('MACsec');
  });

  it('says each path and its reason in words', () => {
    const refused = model.paths.find(({ name }) => name === 'calico-bgp@azure-like-vpc');
    expect(refused?.words).toBe('Calico BGP: layer 3, underlay, isolation by policy, in Azure-like VPC');
    expect(refused?.reason).toMatch(/^The network does not accept BGP sessions/);
    const restricted = model.paths.find(({ name }) => name === 'custom-static@aws-like-vpc');
    expect(restricted?.words).toContain('no isolation');
    expect(restricted?.reason).toContain('Condition: the route table');
    expect(model.paths.every(({ reason }) => reason !== '')).toBe(true);
  });
});
