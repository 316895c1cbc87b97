import { describe, expect, it } from 'vitest';
import { explainPod } from '../../../scenarios/compile/explaining.ts';
import { decisionTable } from '../../../viz/panels/decision-rows.ts';
import { planOf } from '../../scenarios/compile/small-worlds.ts';

function tableOf(pod: string, ...changes: string[]) {
  const alternative = planOf('first-steps', ...changes).alternatives[0]!;
  const explanation = explainPod(alternative, 'first-steps/0', pod);
  return { explanation, ...decisionTable(explanation) };
}

describe('the nodes of a decision', () => {
  it('begins with the chosen one, then those that tie with it, then by total', () => {
    const { explanation, rows } = tableOf('web-37');
    expect(rows).toHaveLength(explanation.nodes.length);
    expect(rows[0]).toMatchObject({ node: explanation.node, place: 'chosen', verdict: 'chosen' });
    const tied = rows.filter(({ place }) => place === 'tied').map(({ node }) => node);
    expect([...tied, explanation.node].sort()).toEqual([...explanation.best].sort());
    const totals = rows.map(({ total }) => total!);
    expect(totals).toEqual([...totals].sort((a, b) => b - a));
  });

  it('gives the scores of every plugin, which add up to the total', () => {
    const { plugins, rows } = tableOf('web-37');
    expect(plugins.length).toBeGreaterThan(2);
    for (const { scores, total } of rows) expect(scores.reduce((sum, score) => sum + score, 0)).toBe(total);
  });

  it('says who refused a node and why, and has no scores there', () => {
    const { plugins, rows, summary } = tableOf('web-59', 'cluster.pods.0.cpu=5');
    expect(plugins).toEqual([]);
    expect(summary).toBe('None of 12 nodes passes every filter, 12 are refused.');
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(
      new Set(['refused by NodeResourcesFit: Insufficient cpu; pods that leave could help']),
    );
    expect(rows.every(({ scores, total }) => scores.length === 0 && total === null)).toBe(true);
  });

  it('tells nodes that were not looked at from those that were refused', () => {
    const { explanation } = tableOf('web-37');
    const [first, second, ...rest] = explanation.nodes;
    const { rows, summary } = decisionTable({
      ...explanation,
      node: rest[0]!.name,
      best: [rest[0]!.name],
      nodes: [{ ...first!, lookedAt: false }, { ...second!, refusedBy: 'NodeName', reasons: ['no'] }, ...rest],
    });
    expect(rows.at(-1)).toMatchObject({ node: first!.name, place: 'unseen', total: null });
    expect(rows.at(-2)).toMatchObject({ node: second!.name, verdict: 'refused by NodeName: no' });
    expect(summary).toBe('10 of 12 nodes pass every filter, 1 is refused, 1 was not looked at.');
  });
});
