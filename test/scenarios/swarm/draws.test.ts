/** What seeds draw, and what is left when a failing scenario is made small. */
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { swarmFile } from '../../../scenarios/swarm/generate.ts';
import { candidates, shrunk } from '../../../scenarios/swarm/shrink.ts';
import { type SwarmFile, swarmText } from '../../../scenarios/swarm/swarm-file.ts';

const FILES = Array.from({ length: 600 }, (_, place) => swarmFile(1 + place));
const texts = FILES.map((file) => swarmText(file, file.title));
/** The first seed whose file says so. */
const first = (says: (file: SwarmFile) => boolean): SwarmFile => FILES.find(says)!;

describe('seeds', () => {
  it.each([
    'kind: StatefulSet',
    'kind: DaemonSet',
    'kind: Job',
    'kind: CronJob',
    'image:',
    'away:',
    'memoryUse:',
    'eviction:',
    'lowUtilization:',
    'duplicates:',
    'spread:',
    'activeStandby:',
    'witness:',
    'upgrade:',
    'evacuate:',
    'admit:',
    'delete:',
    'migration:',
    'delivery: pull',
    'thin:',
    'justInTime:',
    'alarm:',
  ])('draw %s now and then', (words) => {
    expect(texts.some((text) => text.includes(`${words}`))).toBe(true);
  });

  it('draw faults of nodes and autoscalers beside federations', () => {
    const federations = FILES.filter(({ federation }) => federation !== undefined);
    expect(federations.some(({ faults }) => faults !== undefined)).toBe(true);
    expect(federations.some(({ autoscalers }) => autoscalers !== undefined)).toBe(true);
  });

  it('draw the same scenario again', () => {
    expect(swarmFile(7)).toEqual(FILES[6]);
  });
});

describe('a failing scenario', () => {
  const LARGE: Readonly<Record<string, SwarmFile>> = {
    images: first(({ images }) => images !== undefined),
    eviction: first(({ eviction }) => eviction !== undefined),
    descheduler: first(({ descheduler }) => descheduler !== undefined),
    nodeAutoscaler: first(({ nodeAutoscaler }) => nodeAutoscaler !== undefined),
    activeStandby: first(({ federation }) => federation?.['activeStandby'] !== undefined),
    migration: first(({ federation }) => federation?.['migration'] !== undefined),
    configuration: first(({ federation }) => federation?.['configuration'] !== undefined),
    thin: first(({ load }) => load['thin'] !== undefined),
    upgrade: first(({ changes = [] }) => changes.some(({ upgrade }) => upgrade !== undefined)),
  };

  it.each(Object.keys(LARGE))('is tried without %s', (part) => {
    const without = candidates(LARGE[part]!).filter((file) => !swarmText(file, '').includes(`${part}:`));
    expect(without.length).toBeGreaterThan(0);
  });

  it('loses all that does not matter, and stays one that is accepted', async () => {
    const large = LARGE['images']!;
    const accepted = (file: SwarmFile): boolean => {
      try {
        loadScenario(swarmText(file, file.title), 'small.yaml', bundledLibrary);
        return true;
      } catch {
        return false;
      }
    };
    const small = await shrunk(large, async (file) => file.cluster.pods.length > 0 && accepted(file));
    expect(small.images).toBeUndefined();
    expect(small.cluster.pods).toHaveLength(1);
    expect(small.changes ?? []).toEqual([]);
    expect(accepted(small)).toBe(true);
  });
});
