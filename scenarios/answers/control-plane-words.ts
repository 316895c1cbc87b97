/** What an answer assumes of control planes, in sentences for people: who tells which nodes, and every figure that no source gives. */
import type { ControlPlaneProfile } from '../../models/network/control-plane/profile.ts';
import { formatTime } from '../../sim/engine/sim-time.ts';
import type { Plan } from '../compile/index.ts';
import { controlPlaneOf } from '../compile/telling.ts';
import type { Assumptions } from '../document/assume-schema.ts';
import { labelOf } from './label.ts';

/** How a figure is called, and how its value reads. */
const FIGURES: Partial<Record<keyof ControlPlaneProfile, (profile: ControlPlaneProfile) => string>> = {
  commitNs: ({ commitNs }) => `${formatTime(commitNs)} until a change is written`,
  compile: ({ compile }) =>
    `a pass of its controller of ${formatTime(compile!.baseNs)} and ${formatTime(compile!.nodeNs)} a node`,
  workers: ({ workers }) => `${workers} ${workers === 1 ? 'worker' : 'workers'} of the server`,
  copyNs: ({ copyNs }) => `${formatTime(copyNs)} for a copy to a watcher`,
  listObjectNs: ({ listObjectNs }) => `${formatTime(listObjectNs)} for an object of a full list`,
  objectBytes: ({ objectBytes }) => `${objectBytes} B an object`,
  relayCopyNs: ({ relayCopyNs }) => `${formatTime(relayCopyNs!)} for a copy of a relay`,
  batchNs: ({ batchNs }) => `${formatTime(batchNs)} of an agent for a batch`,
  entryNs: ({ entryNs }) => `${formatTime(entryNs)} for an entry`,
  compareNs: ({ compareNs }) => `${formatTime(compareNs)} for an object that it compares`,
};

/** The figures that a scenario can set, by their names in the profile. */
const SETTABLE: Partial<Record<keyof ControlPlaneProfile, keyof Assumptions['controlPlane']>> = {
  commitNs: 'commit',
  workers: 'workers',
  copyNs: 'copy',
  listObjectNs: 'listObject',
  batchNs: 'batch',
  entryNs: 'entry',
  compareNs: 'compare',
};

/** A sentence for each control plane of a plan; none where no server tells nodes. */
export function controlPlaneSentences({ document, alternatives }: Plan): string[] {
  const schemesOf = new Map<string, { profile: ControlPlaneProfile; schemes: Set<string> }>();
  for (const { scheme } of alternatives) {
    const profile = controlPlaneOf(scheme, document.assume.controlPlane);
    if (profile === undefined) continue;
    const known = schemesOf.get(profile.title) ?? { profile, schemes: new Set<string>() };
    known.schemes.add(labelOf(scheme.name));
    schemesOf.set(profile.title, known);
  }
  const isSet = (member: keyof ControlPlaneProfile): boolean =>
    SETTABLE[member] !== undefined && document.assume.controlPlane[SETTABLE[member]] !== undefined;
  return [...schemesOf.values()].map(({ profile, schemes }) => sentenceOf(profile, [...schemes], isSet));
}

function sentenceOf(
  profile: ControlPlaneProfile,
  schemes: readonly string[],
  isSet: (member: keyof ControlPlaneProfile) => boolean,
): string {
  const figures = profile.assumed.map(({ member, because }) => {
    const reason = isSet(member) ? 'set by this scenario' : because;
    return `${FIGURES[member]!(profile)} (${reason})`;
  });
  return `Nodes are told of the pods of others by ${profile.title} under ${schemes.join(', ')} (${profile.source}). No source gives, so assumed: ${figures.join('; ')}. Each can be tried by --set assume.controlPlane.`;
}
