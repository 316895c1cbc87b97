/** From the words of a federation to the plans of its models. */
import { describe, expect, it } from 'vitest';
import { FEDERATOR_DEFAULTS } from '../../../../models/federation/federator.ts';
import { detectionOf, federatorOptionsOf } from '../../../../scenarios/compile/life/federation-plan.ts';
import { federationSchema } from '../../../../scenarios/document/federation-schema.ts';

const fileOf = (more: object) => federationSchema.parse({ clusters: [{ name: 'a' }, { name: 'b' }], ...more })!;
const ruleOf = (detection: object) => {
  const plan = detectionOf(fileOf({ detection }).detection).detection;
  return plan.kind === 'probes' ? plan.rule : plan.kind;
};

describe('a federation as written', () => {
  it('keeps of a count what the document does not change', () => {
    const counts = { kind: 'failure-count', counts: 'in-a-row' };
    expect(ruleOf({})).toEqual({ ...counts, failures: 3, successes: 1 });
    expect(ruleOf({ successes: 2 })).toEqual({ ...counts, failures: 3, successes: 2 });
    expect(ruleOf({ failures: 5 })).toEqual({ ...counts, failures: 5, successes: 1 });
    expect(ruleOf({ profile: 'karmada-push', failures: 4 })).toEqual({ ...counts, failures: 4, successes: 1 });
    expect(ruleOf({ profile: 'karmada-push' })).toMatchObject({ kind: 'elapsed-time' });
    expect(ruleOf({ profile: 'ocm' })).toBe('lease');
  });

  it('asks more than half of the probe points unless told otherwise', () => {
    expect(detectionOf(fileOf({ detection: { points: 3 } }).detection).quorum).toEqual({ points: 3, quorum: 2 });
    expect(detectionOf(fileOf({ detection: { points: 3, quorum: 3 } }).detection).quorum.quorum).toBe(3);
  });

  it('works as fast as the model does by default, and as the document says', () => {
    const {
      planner: _planner,
      estimate,
      replansOn: _replansOn,
      rttNs: _rttNs,
      migration,
      ...times
    } = federatorOptionsOf(fileOf({}), () => 0);
    const { rttNs: _way, ...defaults } = FEDERATOR_DEFAULTS;
    expect(times).toEqual(defaults);
    expect(migration).toEqual({ purge: 'directly', graceNs: 600e9 });
    expect(estimate).toBe('none');
    const slow = { control: { plan: '2s', write: '300ms', retry: '5s', overcommitProtection: true } };
    expect(federatorOptionsOf(fileOf(slow), () => 0)).toMatchObject({
      planNs: 2e9,
      writeNs: 3e8,
      retryNs: 5e9,
      assumes: true,
    });
    expect(federatorOptionsOf(fileOf({ division: { heedsCapacity: true } }), () => 0)).toMatchObject({
      estimate: 'perNode',
    });
  });
});
