/** What the programs in pods do, as the document says it of their workloads. */
import type { Application } from '../../../models/cluster/kubelet/pod-runtime.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { LifePlan, Version } from './life-plan.ts';

/** The programs of one cluster; `versionOf` tells the version of the pod in a row. */
export function applicationOf(
  { workloads }: LifePlan,
  streams: StreamSource,
  versionOf: (pod: number) => Version,
): Application {
  const fileOf = (pod: number) => workloads[versionOf(pod).workload]!.file;
  return {
    startNs: (pod) => versionOf(pod).startNs,
    runNs: (pod) => fileOf(pod).run ?? Number.POSITIVE_INFINITY,
    endsWell: (pod) => {
      const { failing = 0 } = fileOf(pod);
      return failing === 0 || streams.stream(`workloads/${versionOf(pod).name}`, 'failures').uniform() >= failing;
    },
    stopNs: (pod) => fileOf(pod).stop,
  };
}
