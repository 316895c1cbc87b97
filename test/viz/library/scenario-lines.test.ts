import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runsLive, summarise } from '../../../viz/library/scenario-lines.ts';

function bundled(name: string) {
  return summarise(name, readFileSync(new URL(`../../../scenarios/library/${name}.yaml`, import.meta.url), 'utf8'));
}

describe('the summary of a scenario', () => {
  it('counts nodes and pods in flow and in block style', () => {
    expect(bundled('first-steps')).toMatchObject({ title: 'First steps', nodes: 12, pods: 60, alternatives: 2 });
    expect(bundled('affinity-and-the-fabric')).toMatchObject({ nodes: 96, pods: 960, alternatives: 4 });
  });

  it('counts the replicas of manifests, which then run in a page', () => {
    const apart = bundled('departments-apart');
    expect(apart).toMatchObject({ nodes: 12, pods: 50, podsRange: null });
    expect(runsLive(apart)).toBe(true);
    expect(bundled('quotas-and-priority')).toMatchObject({ nodes: 4, pods: 44 });
  });

  it('knows how small and how large variants make a cluster', () => {
    expect(bundled('layer-two-doubles')).toMatchObject({ nodesRange: [8, 64], podsRange: [64, 512] });
    expect(bundled('mesh-or-reflectors')).toMatchObject({ nodes: 100, nodesRange: [10, 1000] });
    expect(bundled('first-steps')).toMatchObject({ nodesRange: null, podsRange: null });
  });

  it.each([
    ['first-steps', 'networks'],
    ['vxlan-wrap', 'networks'],
    ['reserved-nodes', 'placing'],
    ['start-order', 'placing'],
    ['sale-day', 'load'],
    ['two-masters', 'federations'],
  ])('%s is about %s', (name, subject) => {
    expect(bundled(name).subject).toBe(subject);
  });

  it('counts the members of a federation', () => {
    expect(bundled('region-dies')).toMatchObject({ clusters: 3, nodes: 3 });
    expect(bundled('four-divisions')).toMatchObject({ clusters: 4 });
    expect(bundled('first-steps')).toMatchObject({ clusters: 1 });
    const nested =
      'federation:\n  clusters:\n    - name: a\n      labels:\n        - x\n    - name: b\n  faults:\n    - at: 1s\n';
    expect(summarise('x', nested).clusters).toBe(2);
  });

  it('does not guess the size of a data set, and does not run it in a page', () => {
    const summary = bundled('network-schemes');
    expect(summary).toMatchObject({ nodes: null, pods: null, alternatives: 20 });
    expect(runsLive(summary)).toBe(false);
    expect(runsLive(bundled('first-steps'))).toBe(true);
  });

  it('leaves out what it cannot read', () => {
    expect(summarise('x', 'title: "Quoted # not a comment?"\n')).toMatchObject({
      question: '',
      nodes: null,
      alternatives: 1,
    });
    expect(summarise('x', '')).toMatchObject({ title: 'x', lines: 0 });
    expect(summarise('x', "title: 'It is'\n").title).toBe('It is');
  });
});
